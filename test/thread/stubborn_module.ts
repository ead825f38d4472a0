/** A loop thread's module that can be in the way of its own end. */
import { builtinModules, createRequire } from "node:module";
import { type CallScope, ok } from "../../src/mod.ts";
import { Gate } from "../fixtures/gate.ts";
import { readByte as waitForByte } from "../fixtures/handle_system.ts";

export function never(): Promise<void> {
  return new Promise(() => {});
}

export function stopItself(scope: CallScope): void {
  scope.stop();
}

/** Keeps a thread of libuv's pool at work, then computes for ever. */
export function ask({ loop }: CallScope, byteLength: number): void {
  loop.addMachine((scope) => {
    scope.random(byteLength);
    return ok({});
  });
  compute();
}

/** Computes for ever. */
export function compute(): void {
  for (;;);
}

/** Has the runtime load parts of itself, and counts them; then computes for ever. */
export function loadParts(_scope: CallScope, counter: SharedArrayBuffer): void {
  const require = createRequire(import.meta.url);
  const count = new Gate(counter);
  for (const name of builtinModules.filter((builtin) => !builtin.startsWith("_"))) {
    try {
      require(`node:${name}`);
      count.raise();
    } catch {
      // not all can be loaded here
    }
  }
  compute();
}

/** Waits for what nobody does. */
export function waitForEver(): void {
  new Gate().wait(1);
}

/** Sits in a system call until a byte comes. */
export function readByte(_scope: CallScope, fd: number): void {
  waitForByte(fd);
}

/** Listens, and returns the port. */
export { listen } from "../fixtures/thread_functions.ts";

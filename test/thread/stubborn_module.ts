/** A loop thread's module that can be in the way of its own end. */
import { type CallScope, ok } from "../../src/mod.ts";

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
  for (;;);
}

/** What tests of loop threads share. */
import assert from "node:assert/strict";
import { connect } from "node:net";
import process from "node:process";
import { LoopThread, type LoopThreadOptions } from "../../src/mod.ts";

/** The module of functions. */
export type Functions = typeof import("../fixtures/thread_functions.ts");

/** Where a module of `test/fixtures` is. */
export function fixture(name: string): URL {
  return new URL(`../fixtures/${name}`, import.meta.url);
}

/** Starts a thread with the module of functions. */
export function startFunctions(options: LoopThreadOptions = {}): Promise<LoopThread<Functions>> {
  return LoopThread.start<Functions>(fixture("thread_functions.ts"), options);
}

/** Runs a body with a thread, which must stop by itself afterwards. */
export async function withFunctions(
  body: (thread: LoopThread<Functions>) => Promise<void>,
  options: LoopThreadOptions = {},
): Promise<void> {
  const thread = await startFunctions(options);
  try {
    await body(thread);
  } finally {
    assert.equal(await thread.stop(), "closed");
  }
}

/** The error that a promise rejects with. */
export async function rejection(promise: Promise<unknown>): Promise<Error> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    return error as Error;
  }
  assert.fail(`it has not rejected, but resolved to ${value}`);
}

/** Whether callbacks are machine code: only then can the loop of a dead thread be closed. */
export const isMachineCode = process.env["ROTOR_UV_CALLBACKS"] !== "runtime";

/** Whether somebody listens on a port. */
export function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => resolve(false));
    socket.on("connect", () => {
      socket.destroy();
      resolve(true);
    });
  });
}

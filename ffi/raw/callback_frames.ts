/**
 * What must wait until libuv has returned.
 *
 * While a callback runs, libuv is below it on the stack, and nothing may be thrown through libuv:
 * Bun then skips every later callback, Deno forgets the error. Nor may the callback be closed: Deno
 * crashes. So errors are kept and callbacks are closed later: by `uv_run` and `uv_walk` of
 * `libuv()` when they return, else as soon as the runtime is back at its own loop, since promises
 * do not advance inside `uv_run`.
 */
import type { RuntimeCallback } from "../runtime/contract.ts";

let depth = 0;
const errors: unknown[] = [];
const closing: RuntimeCallback[] = [];

/** Says that a callback begins. */
export function enterCallback(): void {
  depth++;
}

/** Says that a callback ends. */
export function leaveCallback(): void {
  depth--;
}

/** Keeps an error that a callback threw, to be thrown when libuv has returned. */
export function keepError(error: unknown): void {
  errors.push(error);
  settleSoon();
}

/** Closes a callback: at once, unless one is running. */
export function closeSafely(callback: RuntimeCallback): void {
  if (depth === 0) return callback.close();
  closing.push(callback);
  settleSoon();
}

/**
 * Does what had to wait, unless a callback is running.
 *
 * @throws the error that a callback threw; an `AggregateError` of several
 */
export function settleCallbacks(): void {
  if (depth > 0) return;
  for (const callback of closing.splice(0)) callback.close();
  if (errors.length === 0) return;
  const thrown = errors.splice(0);
  if (thrown.length === 1) throw thrown[0];
  throw new AggregateError(thrown, `${thrown.length} callbacks of libuv threw`);
}

function settleSoon(): void {
  if (errors.length + closing.length === 1) queueMicrotask(settleCallbacks);
}

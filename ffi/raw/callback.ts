import {
  uv_connect_t,
  uv_fs_t,
  uv_getaddrinfo_t,
  uv_getnameinfo_t,
  uv_handle_t,
  uv_random_t,
  uv_shutdown_t,
  uv_udp_send_t,
  uv_work_t,
  uv_write_t,
} from "../libuv/layouts.ts";
import { openLibrary } from "../libuv/library.ts";
import { callbackTypes, nativeCallbackTypes } from "../libuv/symbols.ts";
import type { ParameterType, Pointer, RuntimeCallback } from "../runtime/contract.ts";
import { runtime } from "../runtime/current.ts";
import { closeSafely, enterCallback, keepError, leaveCallback } from "./callback_frames.ts";

/** The name of a callback type of libuv that a function of TypeScript can stand for. */
export type CallbackName = keyof typeof callbackTypes;

type Parameter<T extends ParameterType> = T extends "pointer" ? Pointer | null : number;

/** The handle or request comes first and is never null; sizes and counts are numbers. */
type Parameters<P extends readonly ParameterType[]> = P extends
  readonly [ParameterType, ...infer Rest extends readonly ParameterType[]]
  ? [Pointer, ...{ -readonly [K in keyof Rest]: Parameter<Rest[K]> }]
  : never;

/** A function that stands for a callback type: `uv_timer_cb` gets the `uv_timer_t*`. */
export type CallbackBody<N extends CallbackName> = (
  ...args: Parameters<(typeof callbackTypes)[N]["parameters"]>
) => void;

/** Settings of a callback. */
export interface CallbackOptions {
  /**
   * Is told what the function throws; libuv goes on. Without it the callback's loop is stopped, and
   * `uv_run` of `libuv()` throws the error; other ways to call libuv leave it to the runtime, as
   * an uncaught error.
   */
  readonly onError?: (error: unknown) => void;
}

/** A function of TypeScript that libuv can call. */
export interface NativeCallback {
  /** What libuv's functions take. */
  readonly pointer: Pointer;
  /**
   * Frees it; may be called inside itself. A second call does nothing. SAFETY: libuv must not call
   * it any more. For a handle that is so when its `uv_close_cb` was called, for a request when its
   * own callback was.
   */
  close(): void;
}

/**
 * Makes a callback for libuv of a function.
 *
 * Nothing that the function throws reaches libuv. It runs inside `uv_run`: promises and timers of
 * the runtime wait until that returns, and `uv_run` must not be called in it.
 *
 * @param type libuv's name of the callback type; `callbackTypes` shows the prototype
 * @param body gets pointers, and numbers for all integers
 * @throws {TypeError} for a type that only native code can stand for, such as `uv_work_cb`
 */
export function callback<N extends CallbackName>(
  type: N,
  body: CallbackBody<N>,
  options: CallbackOptions = {},
): NativeCallback {
  if (!Object.hasOwn(callbackTypes, type)) throw new TypeError(refusal(type));
  if (typeof body !== "function") throw new TypeError(`The body of a ${type} is a function`);
  return new OpenCallback(type, body as unknown as Body, options);
}

function refusal(type: string): string {
  const reasons: Readonly<Record<string, string>> = nativeCallbackTypes;
  const reason = Object.hasOwn(reasons, type) ? reasons[type] : "libuv has no such callback type";
  return `Cannot make a ${type} of a function: ${reason}`;
}

type Value = Pointer | null | number | bigint | undefined;
type Body = (a: Value, b: Value, c: Value, d: Value, e: Value) => void;

class OpenCallback implements NativeCallback {
  readonly pointer: Pointer;
  #made: RuntimeCallback | undefined;

  constructor(type: CallbackName, body: Body, { onError }: CallbackOptions) {
    const { parameters } = callbackTypes[type];
    const call = parameters.some((each) => each === "i64" || each === "u64")
      ? narrowed(body)
      : body;
    // Five parameters, for a rest parameter would allocate: no type has more.
    const guarded: Body = (a, b, c, d, e) => {
      enterCallback();
      try {
        call(a, b, c, d, e);
      } catch (error) {
        handleError(type, a as Pointer, error, onError);
      } finally {
        leaveCallback();
      }
    };
    this.#made = runtime().callback({ parameters, body: guarded as never });
    this.pointer = this.#made.pointer;
  }

  close(): void {
    if (this.#made === undefined) return;
    closeSafely(this.#made);
    this.#made = undefined;
  }
}

/** 64-bit integers may come as bigints: they are the second or the fourth parameter of any type. */
function narrowed(body: Body): Body {
  return (a, b, c, d, e) =>
    body(
      a,
      typeof b === "bigint" ? Number(b) : b,
      c,
      typeof d === "bigint" ? Number(d) : d,
      e,
    );
}

function handleError(
  type: CallbackName,
  first: Pointer,
  thrown: unknown,
  onError: CallbackOptions["onError"],
): void {
  let error = thrown;
  if (onError !== undefined) {
    try {
      return onError(error);
    } catch (second) {
      error = second; // of a handler that cannot handle it
    }
  }
  keepError(error);
  stopLoop(type, first);
}

/** Where to find the loop: offsets of pointers, from the first argument on. */
const paths: Partial<Record<CallbackName, readonly number[]>> = {
  uv_walk_cb: [], // uv_walk itself returns to who called it
  uv_write_cb: [uv_write_t.handle, uv_handle_t.loop],
  uv_connect_cb: [uv_connect_t.handle, uv_handle_t.loop],
  uv_shutdown_cb: [uv_shutdown_t.handle, uv_handle_t.loop],
  uv_udp_send_cb: [uv_udp_send_t.handle, uv_handle_t.loop],
  uv_fs_cb: [uv_fs_t.loop],
  uv_after_work_cb: [uv_work_t.loop],
  uv_getaddrinfo_cb: [uv_getaddrinfo_t.loop],
  uv_getnameinfo_cb: [uv_getnameinfo_t.loop],
  uv_random_cb: [uv_random_t.loop],
};

/** Makes `uv_run` return soon: an error that is seen at the end of the loop is seen too late. */
function stopLoop(type: CallbackName, first: Pointer): void {
  const path = paths[type] ?? [uv_handle_t.loop];
  let pointer: Pointer | null = first;
  for (const offset of path) {
    if (pointer !== null) pointer = runtime().pointer(runtime().word(pointer, offset));
  }
  if (path.length > 0 && pointer !== null) openLibrary().core.uv_stop(pointer);
}

/**
 * What the lab uses of a runtime's FFI. Beside it, `ffi/runtime/contract.ts` has what our library
 * needs; this has what a runtime offers, slow ways and all.
 */

import type { RuntimeName } from "../runtime.ts";

/** C types, by the names that Deno and Bun share; the `_fast` ones are Bun's. */
export const KINDS = [
  "void",
  "bool",
  "i8",
  "u8",
  "i16",
  "u16",
  "i32",
  "u32",
  "i64",
  "u64",
  "i64_fast",
  "u64_fast",
  "isize",
  "usize",
  "f32",
  "f64",
  "pointer",
  "buffer",
] as const;

export type Kind = typeof KINDS[number];

export interface Signature {
  readonly parameters: readonly Kind[];
  readonly result: Kind;
}

/** A C function as the runtime wraps it. */
export type Native = (...args: unknown[]) => unknown;

/** A way to call a function by its address. */
export interface PointerCall {
  /** What the runtime calls it. */
  readonly name: string;
  make(pointer: unknown, signature: Signature): Native;
}

/** A JavaScript function that C can call. It stays open until the process ends. */
export interface Callback {
  /** What a `pointer` parameter takes. */
  readonly pointer: unknown;
}

export type CallbackMaker = (
  signature: Signature,
  body: (...args: never[]) => unknown,
) => Callback;

/** One runtime's FFI. */
export interface Port {
  readonly name: RuntimeName;
  /** Kinds that it does not know, or that its documentation leaves out. */
  readonly lacks: readonly Kind[];
  /** Whether a 64-bit parameter may be a number; a bigint may it always. */
  readonly takesNumbersFor64: boolean;
  /** What it takes for `true`. */
  readonly trueValue: unknown;
  open<K extends string>(
    path: string,
    table: Readonly<Record<K, Signature>>,
  ): Readonly<Record<K, Native>>;
  /** As `open`, but a call runs on another thread, and gives a promise. */
  readonly openNonblocking?: <K extends string>(
    path: string,
    table: Readonly<Record<K, Signature>>,
  ) => Readonly<Record<K, Native>>;
  readonly pointerCalls: readonly PointerCall[];
  readonly callback: CallbackMaker;
  /** Makes a callback that other threads may call. */
  readonly threadSafeCallback?: CallbackMaker;
  /** Whether a thread-safe callback is posted to the loop even from its own thread. */
  readonly postsCallbacks: boolean;
  /** The address of bytes, in the form that a `pointer` parameter takes. */
  pointerOf(bytes: Uint8Array<ArrayBuffer>): unknown;
  /** A pointer that came as an argument or result, as a key of a Map. */
  keyOf(pointer: unknown): unknown;
}

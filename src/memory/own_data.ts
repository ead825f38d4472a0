import type { Writable } from "../io/writable.ts";
import { Chain } from "./chain.ts";
import { Memory } from "./memory.ts";

const { prototype } = Uint8Array;
const views = Object.getPrototypeOf(prototype) as object;
const tagOf = getter(views, Symbol.toStringTag);
const bufferOf = getter(views, "buffer");
const offsetOf = getter(views, "byteOffset");
const lengthOf = getter(views, "byteLength");
const sharedLengthOf = getter(SharedArrayBuffer.prototype, "byteLength");

/** From so many bytes on, a view of our own costs nothing beside what is done with them. */
const LONG = 4096;

/**
 * Data that can be looked at without running code of the caller's: proxies, and getters of a
 * subclass, might close the very handle that is about to be written to, or tell another length each
 * time. A proxy of memory or of a chain is refused; bytes that may lie are seen through a view of
 * our own.
 *
 * @throws {TypeError} for what cannot be written
 */
export function ownData(data: Writable): Writable {
  if (typeof data === "string") return data;
  if (typeof data === "object" && data !== null) {
    if (ArrayBuffer.isView(data) && isPlain(data)) return data as Uint8Array;
    if (Memory.isGenuine(data) || Chain.isGenuine(data)) return data;
    if (tagOf.call(data) === "Uint8Array") return ownBytes(data as Uint8Array);
    if (isShared(data)) return new Uint8Array(data as unknown as ArrayBuffer);
  }
  throw new TypeError("Data is a Uint8Array, a string, a SharedArrayBuffer, a Memory or a Chain");
}

/** Bytes whose length is what it says, whatever was defined on them. */
function ownBytes(bytes: Uint8Array): Uint8Array {
  const buffer = bufferOf.call(bytes) as ArrayBuffer;
  if (buffer.detached) return new Uint8Array(0);
  return new Uint8Array(buffer, offsetOf.call(bytes) as number, lengthOf.call(bytes) as number);
}

/** Short bytes that hide nothing; no proxy is a view. */
function isPlain(bytes: object): boolean {
  return Object.getPrototypeOf(bytes) === prototype && !Object.hasOwn(bytes, "length") &&
    (bytes as Uint8Array).length < LONG;
}

function isShared(data: object): boolean {
  try {
    return (sharedLengthOf.call(data) as number) >= 0;
  } catch {
    return false;
  }
}

function getter(of: object, name: string | symbol): () => unknown {
  return Object.getOwnPropertyDescriptor(of, name)?.get as () => unknown;
}

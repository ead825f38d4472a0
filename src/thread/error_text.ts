/**
 * Errors as text in shared memory: any thread can leave one, whoever looks finds it at once, and no
 * thread needs to be alive for it. What does not fit is left out: the stack first, then the cause
 * and the properties, then the end of the message.
 */
import { decodeError, type EncodedError, encodeError } from "./remote_error.ts";

/** Writes an error. Returns how many bytes it took. */
export function writeErrorText(error: Error, bytes: Uint8Array<SharedArrayBuffer>): number {
  const text = fit(encodeError(error), bytes.length);
  bytes.set(text);
  return text.length;
}

/** Makes an error again of what `writeErrorText` wrote. */
export function readErrorText(bytes: Uint8Array<SharedArrayBuffer>): Error {
  const text = new TextDecoder().decode(new Uint8Array(bytes)); // it refuses shared memory
  return decodeError(JSON.parse(text) as EncodedError) as Error;
}

function fit(encoded: EncodedError, byteLength: number): Uint8Array<ArrayBuffer> {
  if (!encoded.isError) throw new TypeError("not an error");
  const { isError, name, message, stack } = encoded;
  const frames = stack.split("\n");
  const shorter = [
    encoded,
    ...[20, 8].map((count) => ({ ...encoded, stack: frames.slice(0, count).join("\n") })),
    ...[1000, 200, 20].map((length) => ({
      isError,
      name: name.slice(0, 100),
      message: message.slice(0, length),
      stack: "",
      properties: {},
    })),
  ];
  for (const candidate of shorter) {
    const text = encode(candidate);
    if (text !== undefined && text.length <= byteLength) return text;
  }
  throw new RangeError("no room for an error");
}

/** Undefined for properties that are no JSON. */
function encode(encoded: EncodedError): Uint8Array<ArrayBuffer> | undefined {
  try {
    return new TextEncoder().encode(JSON.stringify(encoded));
  } catch {
    return undefined;
  }
}

import {
  ClosedError,
  ConnectionError,
  LibraryError,
  MemoryError,
  SpawnError,
  StateError,
  UvError,
} from "../../src/mod.ts";

/** What hostile getters, handlers and callbacks of the fuzzer throw themselves. */
export class HostileError extends Error {
  override name = "HostileError";
}

/** Something that must not happen: what the fuzzer is for. */
export class Finding extends Error {
  override name = "Finding";
}

const allowed = [
  ClosedError,
  ConnectionError,
  HostileError,
  LibraryError,
  MemoryError,
  RangeError,
  SpawnError,
  StateError,
  TypeError,
  UvError,
];

/**
 * What an engine or its FFI says of our own mistakes, also as a TypeError or RangeError: an
 * argument that was not checked, or a state that was not expected.
 */
const engines = new RegExp(
  [
    "is not a function",
    "(undefined|null) is not an object",
    "cannot (read|set) prop",
    "is not (iterable|a constructor|an object)",
    "cannot destructure",
    "cannot convert (?!a symbol|object to primitive)",
    "call stack",
    "invalid (array|string) length",
    "array buffer",
    "out of bounds",
    "expected (a |an )?(number|pointer|buffer|bigint|[iu](8|16|32|64))",
    "unable to convert",
    "invalid FFI",
  ].join("|"),
  "i",
);

/** Tables of machines are checked by the compiler, and are data: nothing can be left half done. */
const ofTables = /\/src\/machine\/(compose|composed_machine|diagram|state_table|tagged_seed)\./;

/** Where the error arose: the first frame that is a file of ours. */
function origin(error: Error): string {
  const frame = error.stack?.split("\n").find((line) => /\/(src|ffi|test)\//.test(line)) ?? "";
  return /\/(src|ffi)\/[^\s)]+/.exec(frame)?.[0] ?? "";
}

/** Says why an error must not have been thrown; undefined where it may. */
export function complaint(error: unknown): string | undefined {
  if (!(error instanceof Error)) return `a throw of ${typeof error}`;
  if (!allowed.some((kind) => error instanceof kind)) return `a throw of ${error.name}`;
  const isEngines = error instanceof TypeError || error instanceof RangeError;
  if (!isEngines || !engines.test(error.message)) return undefined;
  const place = origin(error);
  return place === "" || ofTables.test(place) ? undefined : `an engine's error at ${place}`;
}

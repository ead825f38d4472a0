import { LibraryError } from "../../ffi/libuv/library_error.ts";
import { ClosedError } from "../error/closed_error.ts";
import { MemoryError } from "../error/memory_error.ts";
import { SpawnError } from "../error/spawn_error.ts";
import { StateError } from "../error/state_error.ts";
import { UvError } from "../error/uv_error.ts";

/**
 * An error on its way to another thread. Structured cloning alone would lose the class, `code` and
 * the like, and fail for an error that holds something which cannot be cloned.
 */
export type EncodedError =
  | {
    readonly isError: true;
    readonly name: string;
    readonly message: string;
    readonly stack: string;
    /** `code`, `errno`, ...: what can be cloned. */
    readonly properties: Readonly<Record<string, unknown>>;
    readonly cause?: EncodedError;
  }
  | { readonly isError: false; readonly value: unknown };

/** Classes that an error gets back on the other side; others become `Error` with their name. */
const classes: Readonly<Record<string, { readonly prototype: Error }>> = {
  TypeError,
  RangeError,
  SyntaxError,
  ReferenceError,
  EvalError,
  URIError,
  ClosedError,
  LibraryError,
  MemoryError,
  SpawnError,
  StateError,
  UvError,
};

/** What goes along in fields of its own. */
const ownFields: ReadonlySet<string> = new Set(["name", "message", "stack", "cause"]);

/** How many causes of causes go along. */
const CAUSES_MAX = 8;

/** Makes a plain value of whatever was thrown. */
export function encodeError(thrown: unknown, causes: number = CAUSES_MAX): EncodedError {
  if (!(thrown instanceof Error)) return { isError: false, value: cloneable(thrown) };
  const encoded = {
    isError: true,
    name: String(thrown.name),
    message: String(thrown.message),
    stack: String(thrown.stack ?? `${thrown.name}: ${thrown.message}`),
    properties: plainProperties(thrown),
  } as const;
  if (thrown.cause === undefined || causes === 0) return encoded;
  return { ...encoded, cause: encodeError(thrown.cause, causes - 1) };
}

/**
 * Makes the error again.
 *
 * @param place what the thread was doing, for the stack: `call of "sum"`
 * @param caller an error made where that was asked for
 */
export function decodeError(encoded: EncodedError, place?: string, caller?: Error): unknown {
  if (!encoded.isError) return encoded.value;
  const { name, message, properties, cause } = encoded;
  const error = emptyError(name, message);
  for (const [key, value] of Object.entries(properties)) define(error, key, value);
  if (cause !== undefined) define(error, "cause", decodeError(cause));
  define(error, "stack", joinStacks(encoded.stack, place, caller));
  return error;
}

function emptyError(name: string, message: string): Error {
  if (name === "AbortError" || name === "TimeoutError" || name === "DataCloneError") {
    return new DOMException(message, name);
  }
  const error = new Error(message);
  const known = Object.hasOwn(classes, name) ? classes[name] : undefined;
  if (known !== undefined) Object.setPrototypeOf(error, known.prototype);
  if (error.name !== name) define(error, "name", name);
  return error;
}

function define(error: Error, key: string, value: unknown): void {
  Object.defineProperty(error, key, { value, writable: true, configurable: true });
}

function joinStacks(remote: string, place: string | undefined, caller: Error | undefined): string {
  const parts = [remote.trimEnd()];
  if (place !== undefined) parts.push(`    at ${place}`);
  const frames = caller?.stack?.split("\n").filter((line) => /^\s+at /.test(line)) ?? [];
  return [...parts, ...frames].join("\n");
}

/** Properties that can be cloned; the others stay behind. */
function plainProperties(error: Error): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(error).filter(([key, value]) => !ownFields.has(key) && isCloneable(value)),
  );
}

function cloneable(value: unknown): unknown {
  return isCloneable(value) ? value : String(value);
}

function isCloneable(value: unknown): boolean {
  if (typeof value === "function" || typeof value === "symbol") return false;
  if (typeof value !== "object" || value === null) return true;
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}

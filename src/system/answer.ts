import { UvError } from "../error/uv_error.ts";
import { string } from "../handle/argument.ts";

/** What libuv answered, unless it refused. @throws {UvError} for a negative status */
export function answer<T>(status: number, value: T, operation: string, subject: string): T {
  if (status < 0) throw new UvError(status, operation, subject);
  return value;
}

/**
 * Checks a text that a C function will read.
 *
 * @throws {TypeError} unless it is a string
 * @throws {RangeError} when it has a NUL in it: the function would read what is before
 */
export function cText(value: unknown, what: string): string {
  const text = string(value, what);
  if (text.includes("\0")) throw new RangeError(`${what} must not contain a NUL`);
  return text;
}

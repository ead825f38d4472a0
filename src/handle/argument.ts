/**
 * Checks an integer argument.
 *
 * @param what how the message names it
 * @throws {TypeError} unless it is a number
 * @throws {RangeError} unless it is an integer within the limits
 */
export function integer(value: unknown, what: string, min: number, max: number): number {
  if (typeof value !== "number") throw new TypeError(`${what} must be a number`);
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new RangeError(`${what} must be an integer from ${min} to ${max}, not ${value}`);
  }
  return value + 0; // -0, which Deno refuses, becomes 0
}

/** Checks a boolean argument. @throws {TypeError} unless it is one */
export function boolean(value: unknown, what: string): boolean {
  if (typeof value !== "boolean") throw new TypeError(`${what} must be a boolean`);
  return value;
}

/** Checks a string argument. @throws {TypeError} unless it is one */
export function string(value: unknown, what: string): string {
  if (typeof value !== "string") throw new TypeError(`${what} must be a string`);
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

/** Checks a signal that may be left out. @throws {TypeError} for anything else */
export function abortSignal(value: unknown): AbortSignal | undefined {
  if (value === undefined || value instanceof AbortSignal) return value;
  throw new TypeError("signal must be an AbortSignal");
}

/** Checks options. @throws {TypeError} unless they are an object */
export function optionsObject<T extends object>(value: T): T {
  if (typeof value === "object" && value !== null) return value;
  throw new TypeError("options must be an object");
}

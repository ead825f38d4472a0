import { cText, integer, optionsObject } from "../handle/argument.ts";
import type { FileOwner, FileTime, FileTimes } from "../io/file.ts";

/** Permissions, with set-user-id, set-group-id and sticky. */
const MODE_MAX = 0o7777;

/** `(uid_t) -1`, which is nobody: the owner stays. */
const UNCHANGED = 2 ** 32 - 1;

/** The last time that a `Date` knows, in milliseconds. */
const TIME_MS_MAX = 8.64e15;

/** libuv's lengths are C's `int` in places, and the system takes no more at once. */
export const LENGTH_MAX = 2 ** 31 - 1;

/**
 * Checks a path.
 *
 * @throws {TypeError} unless it is a string
 * @throws {RangeError} when it is empty, has a NUL in it, which would cut it off, or half a
 *   surrogate pair, which would become another path
 */
export function checkPath(value: unknown, what = "path"): string {
  const path = cText(value, what);
  if (path === "") throw new RangeError(`${what} must not be empty`);
  if (!path.isWellFormed()) throw new RangeError(`${what} must be well-formed Unicode`);
  return path;
}

/** Checks permissions. */
export function checkMode(value: unknown): number {
  return integer(value, "mode", 0, MODE_MAX);
}

/** Checks a position. -1, libuv's word for the file's own, where none is given. */
export function checkPosition(value: unknown): number {
  return value === undefined ? -1 : integer(value, "position", 0, Number.MAX_SAFE_INTEGER);
}

/** Checks an owner. */
export function checkOwner(value: FileOwner): { uid: number; gid: number } {
  const { uid, gid } = optionsObject(value);
  return { uid: checkId(uid, "uid"), gid: checkId(gid, "gid") };
}

/** Checks the times of a file. In seconds, as libuv wants them. */
export function checkTimes(value: FileTimes): { accessed: number; modified: number } {
  const { accessed, modified } = optionsObject(value);
  return { accessed: seconds(accessed, "accessed"), modified: seconds(modified, "modified") };
}

function checkId(value: unknown, what: string): number {
  return value === undefined ? UNCHANGED : integer(value, what, 0, UNCHANGED - 1);
}

function seconds(value: FileTime, what: string): number {
  const timeMs: unknown = value instanceof Date ? value.getTime() : value;
  if (typeof timeMs !== "number") throw new TypeError(`${what} must be a Date or a number`);
  if (!(timeMs >= 0 && timeMs <= TIME_MS_MAX)) {
    throw new RangeError(`${what} must be a time from 1970 on, not ${timeMs}`);
  }
  return timeMs / 1000;
}

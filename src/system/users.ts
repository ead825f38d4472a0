/** Users and groups, and where their files are. */
import { systemFunctions } from "../../ffi/system/functions.ts";
import { readText } from "../../ffi/system/text.ts";
import { type Group, readGroup, readUser, type User } from "../../ffi/system/users.ts";
import { integer } from "../handle/argument.ts";
import { answer } from "./answer.ts";

export type { Group, User };

const ID_MAX = 2 ** 32 - 1;

/**
 * A user of the system.
 *
 * @param uid whom; by default whose process this is (`uv_os_get_passwd`)
 * @throws {UvError} ENOENT where there is no such user
 * @throws {LibraryError} for another user, before libuv 1.45 (`uv_os_get_passwd2`)
 */
export function user(uid?: number): User {
  const number = uid === undefined ? undefined : integer(uid, "uid", 0, ID_MAX);
  const { status, value } = readUser(number);
  return answer(status, value as User, "find", number === undefined ? "this user" : `user ${uid}`);
}

/**
 * A group of users (`uv_os_get_group`).
 *
 * @throws {UvError} ENOENT where there is no such group
 * @throws {LibraryError} before libuv 1.45
 */
export function group(gid: number): Group {
  const { status, value } = readGroup(integer(gid, "gid", 0, ID_MAX));
  return answer(status, value as Group, "find", `group ${gid}`);
}

/** Where this user's files are: `HOME`, else the password file's entry (`uv_os_homedir`). */
export function homeDirectory(): string {
  const { status, text } = readText(systemFunctions().uv_os_homedir);
  return answer(status, text, "find", "the home directory");
}

/** Where temporary files belong: `TMPDIR` and its kin, else `/tmp` (`uv_os_tmpdir`). */
export function temporaryDirectory(): string {
  const { status, text } = readText(systemFunctions().uv_os_tmpdir);
  return answer(status, text, "find", "the directory for temporary files");
}

import { uv_group_t, uv_passwd_t } from "../libuv/layouts.ts";
import { nativeText } from "../memory/native_text.ts";
import { Region } from "../memory/region.ts";
import { runtime } from "../runtime/current.ts";
import { systemFunctions } from "./functions.ts";

/** A user of the system, as its password file knows them. */
export interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  /** The shell they log in to; undefined where there is none. */
  readonly shell: string | undefined;
  readonly homeDirectory: string;
}

/** A group of users. */
export interface Group {
  readonly name: string;
  readonly gid: number;
  /** The names of those who are in it besides those whose first group it is. */
  readonly members: readonly string[];
}

/** What came of looking for one: a negative status, or what was found. */
export interface Found<T> {
  readonly status: number;
  readonly value: T | undefined;
}

/** Reads a user (`uv_os_get_passwd`, `uv_os_get_passwd2`). @param uid undefined for our own */
export function readUser(uid: number | undefined): Found<User> {
  const uv = systemFunctions();
  const region = new Region(uv_passwd_t.size);
  const status = uid === undefined
    ? uv.uv_os_get_passwd(region.pointer)
    : uv.uv_os_get_passwd2(region.pointer, uid);
  const value = status < 0 ? undefined : userOf(region);
  if (status >= 0) uv.uv_os_free_passwd(region.pointer);
  region.free();
  return { status, value };
}

/** Reads a group (`uv_os_get_group`). */
export function readGroup(gid: number): Found<Group> {
  const uv = systemFunctions();
  const region = new Region(uv_group_t.size);
  const status = uv.uv_os_get_group(region.pointer, gid);
  const value = status < 0 ? undefined : groupOf(region);
  if (status >= 0) uv.uv_os_free_group(region.pointer);
  region.free();
  return { status, value };
}

function userOf(region: Region): User {
  const shell = region.word(uv_passwd_t.shell);
  return {
    name: nativeText(region.word(uv_passwd_t.username)),
    uid: region.word(uv_passwd_t.uid),
    gid: region.word(uv_passwd_t.gid),
    shell: shell === 0 ? undefined : nativeText(shell),
    homeDirectory: nativeText(region.word(uv_passwd_t.homedir)),
  };
}

function groupOf(region: Region): Group {
  const list = runtime().pointer(region.word(uv_group_t.members));
  const members: string[] = [];
  for (let at = 0; list !== null; at += 8) {
    const member = runtime().word(list, at);
    if (member === 0) break;
    members.push(nativeText(member));
  }
  return {
    name: nativeText(region.word(uv_group_t.groupname)),
    gid: region.word(uv_group_t.gid),
    members,
  };
}

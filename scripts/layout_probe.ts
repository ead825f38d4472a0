/** A C program that prints what the compiler says of every number in `ffi/libuv`. */

import * as constants from "../ffi/libuv/constants.ts";
import * as errno from "../ffi/libuv/errno.ts";
import * as layouts from "../ffi/libuv/layouts.ts";
import * as system from "../ffi/libuv/system_constants.ts";
import { versionHex } from "./uv_header.ts";

/** One number in our tables, and the C expression that must have this value. */
export interface Claim {
  /** `uv_buf_t.len` or `UV_RUN_ONCE`, followed by the architecture if it holds on one only. */
  readonly name: string;
  readonly value: number;
  readonly expression: string;
  /** Preprocessor condition without which the expression does not compile or does not hold. */
  readonly condition?: string;
}

/** What is newer than libuv 1.44, with its release. */
type Releases = Readonly<Record<string, string>>;

const architectureMacros = { x64: "__x86_64__", arm64: "__aarch64__" } as const;

/** Every size and offset in `layouts.ts`. */
export function layoutClaims(): Claim[] {
  const { layoutsSince, ...structs } = layouts;
  const releases: Releases = layoutsSince;
  return Object.entries(structs).flatMap(([struct, fields]) => {
    // libuv's structs are typedefs; the tags of the others need their keyword.
    const type = struct.endsWith("_t") ? struct : `struct ${struct}`;
    return Object.entries(fields).map(([field, value]): Claim => {
      const name = `${struct}.${field}`;
      const expression = field === "size" ? `sizeof(${type})` : `offsetof(${type}, ${field})`;
      return { name, value, expression, ...since(releases[struct] ?? releases[name]) };
    });
  });
}

/** Every constant of libuv, its error codes, and the system's numbers. */
export function constantClaims(): Claim[] {
  const { constantsSince, ...enums } = constants;
  const { errnoSince, ...codes } = errno;
  const { uv_fs_open_flags_by_arch, ...numbers } = system;
  const releases: Releases = { ...constantsSince, ...errnoSince };
  const everywhere = Object.values({ ...enums, ...codes, ...numbers }).flatMap((group) => {
    return Object.entries<number>(group).map(([name, value]): Claim => {
      return { name, value, expression: name, ...since(releases[name]) };
    });
  });
  const onOne = (["x64", "arm64"] as const).flatMap((arch) => {
    return Object.entries(uv_fs_open_flags_by_arch[arch]).map(([name, value]): Claim => {
      const condition = `defined(${architectureMacros[arch]})`;
      return { name: `${name} (${arch})`, value, expression: name, condition };
    });
  });
  return [...everywhere, ...onOne];
}

/** A program that prints a line `index value` for each claim whose condition the compiler meets. */
export function probeSource(claims: readonly Claim[]): string {
  const statements = claims.map(({ expression, condition }, index) => {
    const statement = `  printf("%d %lld\\n", ${index}, (long long) (${expression}));\n`;
    return condition === undefined ? statement : `#if ${condition}\n${statement}#endif\n`;
  });
  return `/* O_DIRECT and O_NOATIME are GNU extensions. */
#define _GNU_SOURCE
#include "uv.h"
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

int main(void) {
${statements.join("")}  return 0;
}
`;
}

/** Enumerators and fields cannot be asked for with `#ifdef`, so the header's version decides. */
function since(release: string | undefined): Pick<Claim, "condition"> {
  if (release === undefined) return {};
  return { condition: `UV_VERSION_HEX >= 0x${versionHex(release).toString(16)}` };
}

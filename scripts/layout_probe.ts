/** A C program that prints what the compiler says of every number in `ffi/libuv`. */

import * as constants from "../ffi/libuv/constants.ts";
import * as errno from "../ffi/libuv/errno.ts";
import * as layouts from "../ffi/libuv/layouts.ts";
import * as system from "../ffi/libuv/system_constants.ts";
import { OPAQUE_BYTES, opaqueTypes } from "../ffi/raw/opaque_types.ts";
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

/** Unions inside structs: our name for them, the struct, and the field. */
const unions: ReadonlyMap<string, readonly [string, string]> = new Map([
  ["uv_stdio_container_data", ["uv_stdio_container_t", "data"]],
  ["uv_interface_address_address", ["uv_interface_address_t", "address"]],
  ["uv_interface_address_netmask", ["uv_interface_address_t", "netmask"]],
]);

/** The union inside a struct as our tables name it, or undefined. */
export function unionName(struct: string, field: string): string | undefined {
  return [...unions].find(([, path]) => path[0] === struct && path[1] === field)?.[0];
}

const architectureMacros = { x64: "__x86_64__", arm64: "__aarch64__" } as const;

/** Every size and offset in `layouts.ts`. */
export function layoutClaims(): Claim[] {
  const { layoutsSince, ...structs } = layouts;
  const releases: Releases = layoutsSince;
  return Object.entries(structs).flatMap(([struct, fields]) => {
    const type = cType(struct);
    return Object.entries(fields).map(([field, value]): Claim => {
      const name = `${struct}.${field}`;
      const expression = field === "size" ? `sizeof(${type})` : `offsetof(${type}, ${field})`;
      return { name, value, expression, ...since(releases[struct] ?? releases[name]) };
    });
  });
}

/** libuv's structs are typedefs, as is what we name; the tags of the others need their keyword. */
function cType(struct: string): string {
  return struct.endsWith("_t") || unions.has(struct) ? struct : `struct ${struct}`;
}

/** One field, whose C type the compiler is asked for. */
export interface FieldQuestion {
  readonly struct: string;
  readonly field: string;
  /** As in `Claim`. */
  readonly condition?: string;
}

/** Every field in `layouts.ts`. */
export function fieldQuestions(): FieldQuestion[] {
  const { layoutsSince, ...structs } = layouts;
  const releases: Releases = layoutsSince;
  return Object.entries(structs).flatMap(([struct, fields]) =>
    Object.keys(fields).filter((field) => field !== "size").map((field) => ({
      struct,
      field,
      ...since(releases[struct] ?? releases[`${struct}.${field}`]),
    }))
  );
}

/** That the room for types which the system sizes is enough. */
export function roomClaims(): Claim[] {
  return opaqueTypes.map((type) => ({
    name: `room for ${type}`,
    value: 1,
    expression: `sizeof(${type}) <= ${OPAQUE_BYTES}`,
  }));
}

/** Every constant of libuv, its error codes, and the system's numbers. */
export function constantClaims(): Claim[] {
  const { constantsSince, ...enums } = constants;
  const { errnoSince, ...codes } = errno;
  const { uv_fs_open_flags_by_arch, ...numbers } = system;
  const releases: Releases = { ...constantsSince, ...errnoSince };
  const everywhere = Object.values({ ...enums, ...codes, ...numbers }).flatMap((group) => {
    return Object.entries<number>(group).map(([name, value]): Claim => {
      return { name, ...askFor(name, value), ...since(releases[name]) };
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

/** Infinity and NaN are no integers: asked for by the macros of `math.h`. */
function askFor(name: string, value: number): Pick<Claim, "value" | "expression"> {
  if (Number.isFinite(value)) return { value, expression: name };
  return { value: 1, expression: `${Number.isNaN(value) ? "isnan" : "isinf"}(${name}) != 0` };
}

/**
 * A program that prints what the compiler knows: a line `index value` for each claim whose
 * condition it meets, a line `struct.field type bytes` for each such field.
 */
export function probeSource(claims: readonly Claim[], fields: readonly FieldQuestion[]): string {
  const statements = [
    ...claims.map(({ expression, condition }, index) =>
      conditional(`  printf("%d %lld\\n", ${index}, (long long) (${expression}));\n`, condition)
    ),
    ...fields.map(({ struct, field, condition }) => {
      const value = `((${cType(struct)}*) 0)->${field}`;
      const name = `${struct}.${field}`;
      const print = `  printf("%s %s %zu\\n", "${name}", TYPE(${value}), sizeof(${value}));\n`;
      return conditional(print, condition);
    }),
  ];
  return `/* O_DIRECT and O_NOATIME are GNU extensions. */
#define _GNU_SOURCE
#include "uv.h"
#include <fcntl.h>
#include <math.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

${unionTypedefs()}
${typeMacro()}
int main(void) {
${statements.join("")}  return 0;
}
`;
}

function conditional(statement: string, condition: string | undefined): string {
  return condition === undefined ? statement : `#if ${condition}\n${statement}#endif\n`;
}

function unionTypedefs(): string {
  return [...unions].map(([name, [struct, field]]) =>
    `typedef __typeof__(((${struct}*) 0)->${field}) ${name};\n`
  ).join("");
}

/** What C calls the integers; `char` is listed besides, since its sign is the architecture's. */
const integers = [
  ...[["signed char", "i8"], ["unsigned char", "u8"], ["char", "u8"]],
  ...[["short", "i16"], ["unsigned short", "u16"], ["int", "i32"], ["unsigned", "u32"]],
  ...[["long", "i64"], ["unsigned long", "u64"]],
  ...[["long long", "i64"], ["unsigned long long", "u64"], ["double", "f64"]],
] as const;

/** `TYPE(x)`: the name of a type in our words. Pointers and arrays are told apart by their size. */
function typeMacro(): string {
  const { layoutsSince, ...structs } = layouts;
  const nested = Object.entries(structs)
    .filter(([name, fields]) => "size" in fields && !(name in layoutsSince))
    .map(([name]) => [cType(name), name] as const);
  const associations = [...integers, ...nested].map(([type, name]) => `${type}: "${name}"`);
  return `#define POINTER_TYPE_CLASS 5
#define TYPE(x) _Generic((x), ${associations.join(", ")}, \\
  default: __builtin_classify_type(x) == POINTER_TYPE_CLASS && sizeof(x) == sizeof(void*) \\
    ? "pointer" : "bytes")
`;
}

/** Enumerators and fields cannot be asked for with `#ifdef`, so the header's version decides. */
function since(release: string | undefined): Pick<Claim, "condition"> {
  if (release === undefined) return {};
  return { condition: `UV_VERSION_HEX >= 0x${versionHex(release).toString(16)}` };
}

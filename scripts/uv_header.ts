/** Reads what a `uv.h` declares: its version, its functions, and the names of its constants. */

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { structsIn } from "./uv_structs.ts";

/** Where distributions install libuv's header. */
export const installedHeader = "/usr/include/uv.h";

/** One libuv release's public header. */
export interface UvHeader {
  readonly path: string;
  /** `major.minor.patch`. */
  readonly version: string;
  /** Prototypes by function name, in header order, without comments and on one line. */
  readonly prototypes: ReadonlyMap<string, string>;
  /** Prototypes by the name of their callback type, in header order: `void uv_close_cb(...)`. */
  readonly callbacks: ReadonlyMap<string, string>;
  /** The public fields of each struct, as `structsIn` gives them. */
  readonly structs: ReadonlyMap<string, readonly string[]>;
  /** Every enumerator, those made by the `XX` maps included. */
  readonly enumerators: ReadonlySet<string>;
  /** Every macro that stands for a number: `UV_FS_O_APPEND`. */
  readonly macros: ReadonlySet<string>;
}

/**
 * Reads the header at `path`, and the `uv/version.h` and `uv/unix.h` beside it.
 *
 * @throws if one is missing, or if `path` declares no function: then it is not libuv's.
 */
export function readHeader(path: string): UvHeader {
  const [whole, unix] = [path, join(dirname(path), "uv/unix.h")].map((name) =>
    readFileSync(name, "utf8")
  ) as [string, string];
  const text = withoutComments(whole);
  const declarations = withoutDirectives(text);
  const prototypes = prototypesIn(declarations);
  if (prototypes.size === 0) throw new Error(`${path} declares no UV_EXTERN function`);
  const version = versionIn(readFileSync(join(dirname(path), "uv/version.h"), "utf8"));
  const enumerators = new Set([...enumeratorsIn(declarations), ...mappedEnumeratorsIn(text)]);
  return {
    path,
    version,
    prototypes,
    callbacks: callbacksIn(declarations),
    structs: structsIn([whole, unix]),
    enumerators,
    macros: new Set([text, withoutComments(unix)].flatMap((each) => [...macrosIn(each)])),
  };
}

/** Whether `version` is `release` or came after it; both are `major.minor.patch`. */
export function includesRelease(version: string, release: string): boolean {
  return versionHex(version) >= versionHex(release);
}

/** The number that `UV_VERSION_HEX` has in the given release. */
export function versionHex(version: string): number {
  const [major = 0, minor = 0, patch = 0] = version.split(".").map(Number);
  return (major << 16) | (minor << 8) | patch;
}

function versionIn(text: string): string {
  const part = (name: string): string => {
    const digits = new RegExp(`#define UV_VERSION_${name} (\\d+)`).exec(text)?.[1];
    if (digits === undefined) throw new Error(`uv/version.h does not define UV_VERSION_${name}`);
    return digits;
  };
  return [part("MAJOR"), part("MINOR"), part("PATCH")].join(".");
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "");
}

function withoutDirectives(text: string): string {
  return text.replace(/^[ \t]*#(?:.*\\\n)*.*$/gm, "");
}

function prototypesIn(declarations: string): Map<string, string> {
  const prototypes = new Map<string, string>();
  const declaration = /\bUV_EXTERN\s+([^;{]*?\b(uv_\w+)\s*\([^;{]*\))\s*;/g;
  for (const [, prototype = "", name = ""] of declarations.matchAll(declaration)) {
    prototypes.set(name, prototype.replace(/\s+/g, " "));
  }
  return prototypes;
}

function callbacksIn(declarations: string): Map<string, string> {
  const typedef = /\btypedef\s+(\w+\**)\s*\(\*(uv_\w+)\)\s*(\([^;]*\));/g;
  return new Map(
    [...declarations.matchAll(typedef)].map(([, result = "", name = "", parameters = ""]) => {
      return [name, `${result} ${name}${parameters}`.replace(/\s+/g, " ")];
    }),
  );
}

/** Macros that stand for a number or for another macro of the system's, such as `O_APPEND`. */
function* macrosIn(text: string): Generator<string> {
  const macro = /^[ \t]*#\s*define[ \t]+(UV_\w+)[ \t]+\(?(?:-?\d\w*|[A-Z]\w+)\)?[ \t]*$/gm;
  for (const [, name = ""] of text.matchAll(macro)) yield name;
}

function* enumeratorsIn(declarations: string): Generator<string> {
  for (const [, body = ""] of declarations.matchAll(/\benum\b[^{;]*\{([^}]*\})/g)) {
    for (const [, name = ""] of body.matchAll(/\b(UV_\w+)\s*(?:=[^,}]*)?(?=[,}])/g)) yield name;
  }
}

/** Error, handle and request names stand in `XX` lists, which the preprocessor turns into enums. */
function* mappedEnumeratorsIn(text: string): Generator<string> {
  for (const [map] of text.matchAll(/#define UV_\w+_MAP\(XX\)(?:.*\\\n)+/g)) {
    for (const [, name = ""] of map.matchAll(/\bXX\((\w+),/g)) yield `UV_${name}`;
  }
}

/** Compares the names in libuv's header with those that the raw layer offers. */

import * as constants from "../ffi/libuv/constants.ts";
import * as errno from "../ffi/libuv/errno.ts";
import * as layouts from "../ffi/libuv/layouts.ts";
import * as symbolTables from "../ffi/libuv/symbols.ts";
import * as system from "../ffi/libuv/system_constants.ts";
import { unionName } from "./layout_probe.ts";
import type { UvHeader } from "./uv_header.ts";

/** One kind of names in the header, and what became of them. */
export interface Coverage {
  readonly what: string;
  readonly declared: number;
  readonly offered: number;
  /** Reasons by name. */
  readonly leftOut: ReadonlyMap<string, string>;
  readonly missing: readonly string[];
}

/** Names that the raw layer does not offer, with the reason; the first pattern that fits. */
type Reasons = readonly (readonly [RegExp, string])[];

const fieldReasons: Reasons = [
  [/\.(reserved|f_spare)$/, "room for later fields"],
  [/^uv_loop_t\./, "internal, though not marked: the documentation has `data` only"],
  [/^uv_fs_poll_t\.poll_ctx$/, "private; its mark has a second line"],
  [/^uv_barrier_t\./, "a lock: its bytes are those of the system's threads library"],
];

const constantReasons: Reasons = [
  [/^UV__/, "private: the names have two underscores"],
  [/^UV_ONCE_INIT$/, "an initialiser, not a number: zeroed memory is the same on Linux"],
];

/** The functions, offered by `symbols`. */
export function functionCoverage(header: UvHeader): Coverage {
  const { symbols, unbindable } = symbolTables;
  return compare("functions", [...header.prototypes.keys()], Object.keys(symbols), [
    ...exactly(unbindable),
  ]);
}

/** The exports of the library: each is declared in the header, or there is a reason. */
export function exportCoverage(header: UvHeader, exported: ReadonlySet<string>): Coverage {
  const declared = [...header.prototypes.keys(), ...Object.keys(symbolTables.symbols)];
  return compare("exported symbols", [...exported], declared, [
    [/^uv__/, "private: the names have two underscores"],
  ]);
}

/** The callback types, offered by `callbackTypes`. */
export function callbackCoverage(header: UvHeader): Coverage {
  const { callbackTypes, nativeCallbackTypes } = symbolTables;
  return compare("callback types", [...header.callbacks.keys()], Object.keys(callbackTypes), [
    ...exactly(nativeCallbackTypes),
  ]);
}

/** The public fields of structs, offered by `layouts.ts`. */
export function fieldCoverage(header: UvHeader): Coverage {
  const { layoutsSince: _, ...structs } = layouts;
  const offered = Object.entries(structs).flatMap(([struct, fields]) =>
    Object.keys(fields).map((field) => `${struct}.${field}`)
  );
  const declared = [...header.structs].flatMap(([struct, fields]) =>
    fields.map((field) => pathOf(struct, field))
  );
  return compare("struct fields", declared, offered, fieldReasons);
}

/** Enumerators and macros, offered by the tables of constants. */
export function constantCoverage(header: UvHeader): Coverage {
  const { uv_fs_open_flags_by_arch: byArch, ...numbers } = system;
  const tables = [
    ...Object.values({ ...constants, ...errno, ...numbers }),
    ...Object.values(byArch),
  ];
  const offered = tables.flatMap((table) => Object.keys(table));
  const declared = [...new Set([...header.enumerators, ...header.macros])];
  return compare("constants", declared, offered, constantReasons);
}

function compare(
  what: string,
  declared: readonly string[],
  offered: readonly string[],
  reasons: Reasons,
): Coverage {
  const known = new Set(offered);
  const absent = declared.filter((name) => !known.has(name));
  const reasonOf = (name: string): string | undefined =>
    reasons.find(([pattern]) => pattern.test(name))?.[1];
  return {
    what,
    declared: declared.length,
    offered: declared.length - absent.length,
    leftOut: new Map(absent.flatMap((name) => {
      const reason = reasonOf(name);
      return reason === undefined ? [] : [[name, reason] as const];
    })),
    missing: absent.filter((name) => reasonOf(name) === undefined),
  };
}

function exactly(reasons: Readonly<Record<string, string>>): Reasons {
  return Object.entries(reasons).map(([name, reason]) =>
    [new RegExp(`^${name}$`), reason] as const
  );
}

/** `uv_stdio_container_t.data.fd` is a field of what we call `uv_stdio_container_data`. */
function pathOf(struct: string, field: string): string {
  const [union = "", member] = field.split(".");
  if (member === undefined) return `${struct}.${field}`;
  return `${unionName(struct, union) ?? `${struct}.${union}`}.${member}`;
}

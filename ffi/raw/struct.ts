import { fieldTypes } from "../libuv/field_types.ts";
import * as layouts from "../libuv/layouts.ts";
import { NativeSpan } from "../memory/native_span.ts";
import { Region } from "../memory/region.ts";
import type { Pointer } from "../runtime/contract.ts";
import { runtime } from "../runtime/current.ts";
import { Piece } from "./native_memory.ts";
import { type FieldKind, widthOf } from "./field_kind.ts";
import { defineField } from "./struct_fields.ts";

type FieldTypes = typeof fieldTypes;

/** The name of a struct with fields that can be read. */
export type StructName = keyof FieldTypes;

/** Settings of a view. */
export interface StructOptions {
  /** Where the struct begins, in bytes from the start of the memory. Default 0. */
  readonly byteOffset?: number;
  /** Whether 64-bit integers are bigints, else numbers. Default false. */
  readonly bigint?: boolean;
}

/** `I` is what 64-bit integers are. */
type Value<T, I> = T extends "pointer" ? Pointer | null
  : T extends "i64" | "u64" ? I
  : T extends `u8[${number}]` ? Uint8Array<ArrayBuffer>
  : T extends StructName ? Struct<T, I>
  : number;

/** Whole structs and bytes are views of their own: their content is set, not they. */
type WholeFields<N extends StructName> = {
  [F in keyof FieldTypes[N]]: FieldTypes[N][F] extends StructName | `u8[${number}]` ? F : never;
}[keyof FieldTypes[N]];

/** A struct in native memory; its fields have their C names. */
export type Struct<N extends StructName, I = number> =
  & { -readonly [F in Exclude<keyof FieldTypes[N], WholeFields<N>>]: Value<FieldTypes[N][F], I> }
  & { readonly [F in WholeFields<N>]: Value<FieldTypes[N][F], I> };

/** Native memory that a struct can stand in. */
export type StructMemory = Piece | Region | NativeSpan | Pointer;

/**
 * Sees native memory as a struct: reading and writing its properties reads and writes the memory.
 *
 * Pointers are the runtime's, or null; a struct or a union inside is a view of its own; arrays of
 * `char` and IP addresses are bytes (`textOf`, `writeText`). Ports are in network byte order:
 * `htons`. Writing a number that the field cannot hold throws a `RangeError`, and so does reading
 * a 64-bit integer beyond 2^53, unless `bigint` is set.
 *
 * SAFETY: a view of a `Pointer` or `NativeSpan` must not be used once that memory is gone; there is
 * nothing to tell. Memory of a `Piece` or `Region` can be used as long as that is not freed.
 *
 * @param name `uv_stat_t`, `sockaddr_in`, ...
 * @throws {TypeError} for a name that is none, or a null pointer
 * @throws {RangeError} where the struct does not fit into the memory
 */
export function struct<N extends StructName>(
  name: N,
  memory: StructMemory,
  options: StructOptions & { readonly bigint: true },
): Struct<N, bigint>;
export function struct<N extends StructName>(
  name: N,
  memory: StructMemory,
  options?: StructOptions,
): Struct<N>;
export function struct<N extends StructName>(
  name: N,
  memory: StructMemory,
  { byteOffset = 0, bigint = false }: StructOptions = {},
): Struct<N, unknown> {
  const View = viewClass(name, bigint);
  return new View(bytesOf(memory, byteOffset, byteSpan(name))) as Struct<N, unknown>;
}

/**
 * Sees native memory as an array of structs: `uv_buf_t`, `uv_cpu_info_t`, ...
 *
 * @param count how many
 * @throws {TypeError} for a struct without a known size
 * @throws {RangeError} where they do not fit into the memory
 */
export function structArray<N extends StructName>(
  name: N,
  memory: StructMemory,
  count: number,
  { byteOffset = 0 }: Pick<StructOptions, "byteOffset"> = {},
): Struct<N>[] {
  const { size } = layoutOf(name);
  if (size === undefined) throw new TypeError(`${name} has no fixed size`);
  return Array.from({ length: count }, (_, i) => {
    return struct(name, memory, { byteOffset: byteOffset + i * size });
  });
}

/** The same number in network byte order, and back: ports. */
export function htons(value: number): number {
  return (value & 0xff) << 8 | value >>> 8 & 0xff;
}

type ViewClass = new (bytes: DataView<ArrayBuffer>) => object;

const classes = { numbers: new Map<string, ViewClass>(), bigints: new Map<string, ViewClass>() };

/** One class for each struct, so that both runtimes see objects of one shape. */
function viewClass(name: StructName, bigint: boolean): ViewClass {
  const made = bigint ? classes.bigints : classes.numbers;
  let found = made.get(name);
  if (found === undefined) made.set(name, found = makeClass(name, bigint));
  return found;
}

function makeClass(name: StructName, bigint: boolean): ViewClass {
  const layout = layoutOf(name);
  const types: Readonly<Record<string, FieldKind>> = fieldTypes[name];
  class View {
    readonly bytes: DataView<ArrayBuffer>;
    constructor(bytes: DataView<ArrayBuffer>) {
      this.bytes = bytes;
    }
    toJSON(): Record<string, unknown> {
      return Object.fromEntries(
        Object.keys(types).map((field) => [field, (this as Record<string, unknown>)[field]]),
      );
    }
  }
  for (const [field, kind] of Object.entries(types)) {
    const at = layout[field] as number;
    defineField(View.prototype, `${name}.${field}`, at, kind, bigint, (bytes) => {
      const Nested = viewClass(kind as StructName, bigint);
      const byteOffset = bytes.byteOffset + at;
      return new Nested(new DataView(bytes.buffer, byteOffset, byteSpan(kind as StructName)));
    });
  }
  return View;
}

function layoutOf(name: StructName): Readonly<Record<string, number>> {
  if (!Object.hasOwn(fieldTypes, name)) throw new TypeError(`There is no struct ${String(name)}`);
  return layouts[name];
}

/** The size, or as far as the known fields reach. */
function byteSpan(name: StructName): number {
  const layout = layoutOf(name);
  if (layout["size"] !== undefined) return layout["size"];
  const types: Readonly<Record<string, FieldKind>> = fieldTypes[name];
  return Math.max(
    ...Object.entries(types).map(([field, kind]) => {
      return (layout[field] as number) + (widthOf(kind) ?? byteSpan(kind as StructName));
    }),
  );
}

function bytesOf(
  memory: StructMemory,
  byteOffset: number,
  byteLength: number,
): DataView<ArrayBuffer> {
  if (!Number.isSafeInteger(byteOffset)) throw new RangeError(`${byteOffset} is no byte offset`);
  if (memory instanceof Piece) return part(memory.u8, byteOffset, byteLength);
  if (memory instanceof Region) return part(memory.u8, byteOffset, byteLength);
  if (memory instanceof NativeSpan) return part(memory.view(), byteOffset, byteLength);
  if (memory === null || memory === undefined) {
    throw new TypeError("No struct is at a null pointer");
  }
  const pointer = runtime().pointer(runtime().address(memory) + byteOffset);
  if (pointer === null) throw new TypeError("No struct is at a null pointer");
  return new DataView(runtime().arrayBuffer(pointer, byteLength));
}

function part(
  bytes: Uint8Array<ArrayBuffer>,
  byteOffset: number,
  byteLength: number,
): DataView<ArrayBuffer> {
  if (byteOffset < 0 || byteOffset + byteLength > bytes.length) {
    throw new RangeError(
      `${byteLength} bytes at ${byteOffset} do not fit into ${bytes.length}`,
    );
  }
  return new DataView(bytes.buffer, bytes.byteOffset + byteOffset, byteLength);
}

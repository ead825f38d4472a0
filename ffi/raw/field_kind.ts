/** What a field is: a value of `fieldTypes`. */
export type FieldKind = string;

const widths: Readonly<Record<string, number>> = {
  i8: 1,
  u8: 1,
  i16: 2,
  u16: 2,
  i32: 4,
  u32: 4,
  i64: 8,
  u64: 8,
  f64: 8,
  pointer: 8,
};

/** The bytes of a field; undefined for one that is a struct. */
export function widthOf(kind: FieldKind): number | undefined {
  return widths[kind] ?? bytesIn(kind);
}

/** n for `u8[n]`, else undefined. */
export function bytesIn(kind: FieldKind): number | undefined {
  const digits = /^u8\[(\d+)\]$/.exec(kind)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

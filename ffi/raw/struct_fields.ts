/** The properties of struct views: reading and writing one field of native memory. */
import type { Pointer } from "../runtime/contract.ts";
import { runtime } from "../runtime/current.ts";
import { bytesIn, type FieldKind } from "./field_kind.ts";

/** What a view keeps: the memory of its struct. */
interface View {
  readonly bytes: DataView<ArrayBuffer>;
}

interface Access {
  get(bytes: DataView<ArrayBuffer>): unknown;
  /** Missing where the content is set instead. */
  set?(bytes: DataView<ArrayBuffer>, value: unknown): void;
}

/**
 * Adds a property to the prototype of a view.
 *
 * @param name of the struct and the field, for errors
 * @param at where the field begins in the struct
 * @param nested makes the view of a field that is a struct
 */
export function defineField(
  prototype: object,
  name: string,
  at: number,
  kind: FieldKind,
  bigint: boolean,
  nested: (bytes: DataView<ArrayBuffer>) => object,
): void {
  const { get, set }: Access = accessOf(name, at, kind, bigint) ?? { get: nested };
  Object.defineProperty(prototype, name.slice(name.indexOf(".") + 1), {
    configurable: false,
    enumerable: true,
    get(this: View): unknown {
      return get(this.bytes);
    },
    ...(set === undefined ? {} : {
      set(this: View, value: unknown): void {
        set(this.bytes, value);
      },
    }),
  });
}

function accessOf(
  name: string,
  at: number,
  kind: FieldKind,
  bigint: boolean,
): Access | undefined {
  switch (kind) {
    case "i8":
      return integer(name, 8, true, (v) => v.getInt8(at), (v, n) => v.setInt8(at, n));
    case "u8":
      return integer(name, 8, false, (v) => v.getUint8(at), (v, n) => v.setUint8(at, n));
    case "i16":
      return integer(
        name,
        16,
        true,
        (v) => v.getInt16(at, true),
        (v, n) => v.setInt16(at, n, true),
      );
    case "u16":
      return integer(
        name,
        16,
        false,
        (v) => v.getUint16(at, true),
        (v, n) => v.setUint16(at, n, true),
      );
    case "i32":
      return integer(
        name,
        32,
        true,
        (v) => v.getInt32(at, true),
        (v, n) => v.setInt32(at, n, true),
      );
    case "u32":
      return integer(
        name,
        32,
        false,
        (v) => v.getUint32(at, true),
        (v, n) => v.setUint32(at, n, true),
      );
    case "f64":
      return {
        get: (v) => v.getFloat64(at, true),
        set: (v, value) => v.setFloat64(at, value as number, true),
      };
    case "i64":
    case "u64":
      return long(name, at, kind === "i64", bigint);
    case "pointer":
      return {
        get: (v) => runtime().pointer(Number(v.getBigUint64(at, true))),
        set: (v, value) => {
          const address = runtime().address(value as Pointer | null);
          v.setBigUint64(at, BigInt(address), true);
        },
      };
    default:
      return byteArray(at, bytesIn(kind));
  }
}

function integer(
  name: string,
  bits: number,
  signed: boolean,
  get: (view: DataView<ArrayBuffer>) => number,
  put: (view: DataView<ArrayBuffer>, value: number) => void,
): Access {
  const min = signed ? -(2 ** (bits - 1)) : 0;
  const max = (signed ? 2 ** (bits - 1) : 2 ** bits) - 1;
  return {
    get,
    set: (view, value) => {
      if (!Number.isInteger(value) || (value as number) < min || (value as number) > max) {
        throw new RangeError(`${name} holds integers from ${min} to ${max}, not ${value}`);
      }
      put(view, value as number);
    },
  };
}

function long(name: string, at: number, signed: boolean, bigint: boolean): Access {
  const read = (view: DataView<ArrayBuffer>): bigint =>
    signed ? view.getBigInt64(at, true) : view.getBigUint64(at, true);
  const [min, max] = signed ? [-(2n ** 63n), 2n ** 63n - 1n] : [0n, 2n ** 64n - 1n];
  return {
    get: bigint ? read : (view) => toNumber(name, read(view)),
    set: (view, given) => {
      if (typeof given !== "bigint" && !Number.isSafeInteger(given)) {
        throw new RangeError(`${name} is set to an integer up to 2^53 or a bigint, not ${given}`);
      }
      const value = BigInt(given as number | bigint);
      if (value < min || value > max) {
        throw new RangeError(`${name} holds integers from ${min} to ${max}, not ${value}`);
      }
      view.setBigUint64(at, BigInt.asUintN(64, value), true);
    },
  };
}

function toNumber(name: string, value: bigint): number {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw new RangeError(`${name} is ${value}, which no number holds exactly: read it as a bigint`);
}

function byteArray(at: number, byteLength: number | undefined): Access | undefined {
  if (byteLength === undefined) return undefined;
  return { get: ({ buffer, byteOffset }) => new Uint8Array(buffer, byteOffset + at, byteLength) };
}

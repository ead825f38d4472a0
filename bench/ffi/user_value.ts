import { lastingBytes } from "./lasting_bytes.ts";
import { type Kind, KINDS, type Port } from "./port.ts";

/** A parameter or result of somebody else's function. */
export interface UserParameter {
  readonly kind: Kind;
  /** As it was given. */
  readonly text: string | undefined;
}

const BITS: Partial<Readonly<Record<Kind, number>>> = {
  i8: 8,
  u8: 8,
  i16: 16,
  u16: 16,
  i32: 32,
  u32: 32,
  i64: 64,
  u64: 64,
  i64_fast: 64,
  u64_fast: 64,
  isize: 64,
  usize: 64,
};

function isKind(name: string): name is Kind {
  return (KINDS as readonly string[]).includes(name);
}

/**
 * Reads `KIND` or `KIND=VALUE`.
 *
 * @throws {TypeError} for a kind that there is none of, or a value that is none of its kind
 * @throws {RangeError} for an integer that does not fit
 */
export function readParameter(text: string): UserParameter {
  const equals = text.indexOf("=");
  const kind = equals < 0 ? text : text.slice(0, equals);
  if (!isKind(kind)) throw new TypeError(`${kind} is no C type; there are ${KINDS.join(", ")}`);
  const value = equals < 0 ? undefined : text.slice(equals + 1);
  if (kind === "void") throw new TypeError("void is no type of a parameter");
  if (value !== undefined) checkValue(kind, value);
  return { kind, text: value };
}

/** Reads the type of a result. @throws {TypeError} where it is none */
export function readResult(text: string): Kind {
  if (!isKind(text)) throw new TypeError(`${text} is no C type; there are ${KINDS.join(", ")}`);
  if (text === "buffer") throw new TypeError("buffer is no type of a result: use pointer");
  return text;
}

function checkValue(kind: Kind, text: string): void {
  const bits = BITS[kind];
  if (bits !== undefined) {
    if (!/^-?\d+$/.test(text)) throw new TypeError(`${text} is no integer`);
    const value = BigInt(text);
    const isSigned = kind.startsWith("i");
    const fits = isSigned ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value);
    if (fits !== value) throw new RangeError(`${text} does not fit ${kind}`);
  } else if (kind === "bool") {
    if (text !== "true" && text !== "false") throw new TypeError(`${text} is no bool`);
  } else if (kind === "f32" || kind === "f64") {
    if (text === "" || Number.isNaN(Number(text))) throw new TypeError(`${text} is no number`);
  }
}

function memoryOf(text: string): Uint8Array<ArrayBuffer> {
  return lastingBytes(new TextEncoder().encode(text));
}

/**
 * The value that is passed: the one that was given, else 1, and for pointers zeroed memory. What is
 * given for a pointer or buffer is text that it points to, or `null`.
 */
export function valueOf({ kind, text }: UserParameter, port: Port): unknown {
  switch (kind) {
    case "pointer":
      return text === "null" ? null : port.pointerOf(memoryOf(text ?? ""));
    case "buffer":
      return text === "null" ? null : memoryOf(text ?? "");
    case "bool":
      return text === "false" ? falseValue(port) : port.trueValue;
    case "f32":
    case "f64":
      return Number(text ?? "1");
    default:
      return integerOf(BigInt(text ?? "1"), (BITS[kind] ?? 0) === 64, port);
  }
}

function falseValue(port: Port): unknown {
  return typeof port.trueValue === "number" ? 0 : false;
}

/** Numbers where they are exact, and taken: they are what most callers pass. */
function integerOf(value: bigint, isWide: boolean, port: Port): number | bigint {
  const isSafe = BigInt(Number.MIN_SAFE_INTEGER) <= value &&
    value <= BigInt(Number.MAX_SAFE_INTEGER);
  return isSafe && (!isWide || port.takesNumbersFor64) ? Number(value) : value;
}

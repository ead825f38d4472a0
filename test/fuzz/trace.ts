import { closeSync, ftruncateSync, openSync, writeSync } from "node:fs";

const TEXT_CHARS = 24;
const DEPTH_MAX = 2;

/** Names of objects that must not be looked into, and of those that are met again. */
const names = new WeakMap<object, string>();

/** Gives an object the name by which traces call it. */
export function nameObject<T extends object>(value: T, name: string): T {
  names.set(value, name);
  return value;
}

/** A value as traces show it, without running anything of it. */
export function describe(value: unknown, depth = 0): string {
  if (typeof value === "string") {
    const text = JSON.stringify(value.slice(0, TEXT_CHARS));
    return value.length > TEXT_CHARS ? `${text}..${value.length}` : text;
  }
  if (typeof value === "bigint") return `${value}n`;
  if (Object.is(value, -0)) return "-0";
  if (typeof value === "function") return names.get(value) ?? "function";
  if (typeof value !== "object" || value === null) return String(value);
  const name = names.get(value);
  if (name !== undefined) return name;
  if (ArrayBuffer.isView(value)) return `bytes[${value.byteLength}]`;
  if (depth >= DEPTH_MAX) return "..";
  const inner = (item: unknown): string => describe(item, depth + 1);
  if (Array.isArray(value)) {
    return value.length > 8 ? `array[${value.length}]` : `[${value.map(inner).join(", ")}]`;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype) return value.constructor?.name ?? "object";
  return `{${Object.entries(value).map(([key, item]) => `${key}: ${inner(item)}`).join(", ")}}`;
}

/** What a sequence has done, in a file: it is there even when the process has crashed. */
export class Trace {
  readonly #fd: number;
  readonly #echo: boolean;

  /** @param echo whether to print it as well */
  constructor(path: string, echo: boolean) {
    this.#fd = openSync(path, "a");
    this.#echo = echo;
  }

  /** Forgets the sequence before. */
  begin(index: number): void {
    ftruncateSync(this.#fd, 0);
    this.note(`sequence ${index}`);
  }

  /** Adds a line. */
  note(line: string): void {
    writeSync(this.#fd, `${line}\n`);
    if (this.#echo) writeSync(2, `${line}\n`);
  }

  close(): void {
    closeSync(this.#fd);
  }
}

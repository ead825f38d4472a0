import { uv_utsname_t } from "../libuv/layouts.ts";
import { Region } from "../memory/region.ts";
import type { Pointer } from "../runtime/contract.ts";
import { systemFunctions } from "./functions.ts";

/** The names of the system (`uname(2)`). */
export interface SystemName {
  /** `Linux`. */
  readonly system: string;
  /** `6.1.0-18-amd64`. */
  readonly release: string;
  /** The build of the kernel, in its own words. */
  readonly version: string;
  /** `x86_64`, `aarch64`. */
  readonly machine: string;
}

/** What a call answered that writes a number: a negative status, or the number. */
export interface NumberResult {
  readonly status: number;
  readonly value: number;
}

const LOAD_AVERAGES = 3;

/** Makes a call that writes an `int`, a `double` or a `size_t`. */
export function readNumber(
  type: "i32" | "f64" | "u64",
  call: (value: Pointer) => number,
): NumberResult {
  const region = new Region(8);
  const status = call(region.pointer);
  const value = type === "u64" ? region.word(0) : region[type][0] as number;
  region.free();
  return { status, value };
}

/** Makes a call that writes two 64-bit words: seconds and a part of one. */
export function readTime(
  call: (time: Pointer) => number,
): { status: number; seconds: number; part: number } {
  const region = new Region(16);
  const status = call(region.pointer);
  const time = { status, seconds: region.word(0), part: region.i32[2] as number };
  region.free();
  return time;
}

/** Reads the load over 1, 5 and 15 minutes (`uv_loadavg`). */
export function readLoad(): [number, number, number] {
  const region = new Region(LOAD_AVERAGES * 8);
  systemFunctions().uv_loadavg(region.pointer);
  const [one, five, fifteen] = region.f64 as Iterable<number> as [number, number, number];
  region.free();
  return [one, five, fifteen];
}

/** Reads the names of the system (`uv_os_uname`). */
export function readSystemName(): { status: number; name: SystemName } {
  const region = new Region(uv_utsname_t.size);
  const status = systemFunctions().uv_os_uname(region.pointer);
  const name = {
    system: region.text(uv_utsname_t.sysname),
    release: region.text(uv_utsname_t.release),
    version: region.text(uv_utsname_t.version),
    machine: region.text(uv_utsname_t.machine),
  };
  region.free();
  return { status, name };
}

/** Fills memory with random bytes, at once (`uv_random` without a callback). */
export function readRandom(byteLength: number): { status: number; bytes: Uint8Array } {
  const region = new Region(Math.max(byteLength, 1));
  const { uv_random } = systemFunctions();
  const status = uv_random(null, null, region.pointer, byteLength, 0, null);
  const bytes = region.u8.slice(0, byteLength);
  region.free();
  return { status, bytes };
}

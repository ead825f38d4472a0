import { family } from "../libuv/family.ts";
import { Region } from "../memory/region.ts";
import { withTexts } from "../memory/text_arguments.ts";
import type { TextResult } from "./text.ts";

const functions = family([
  "uv_cpumask_size",
  "uv_thread_getaffinity",
  "uv_thread_getcpu",
  "uv_thread_getname",
  "uv_thread_getpriority",
  "uv_thread_self",
  "uv_thread_setaffinity",
  "uv_thread_setname",
  "uv_thread_setpriority",
]);

/** The kernel's limit, with the closing NUL. */
const NAME_BYTES = 16;
const SELF_BYTES = 8;

/** The processor that this thread is on (`uv_thread_getcpu`), or an error. */
export function readProcessor(): number {
  return functions().uv_thread_getcpu();
}

/** The processors that this thread may use (`uv_thread_getaffinity`). */
export function readAffinity(): { status: number; processors: number[] } {
  const uv = functions();
  const size = uv.uv_cpumask_size();
  const region = self(Math.max(size, 0));
  const status = size < 0
    ? size
    : uv.uv_thread_getaffinity(region.pointer, region.pointerTo(SELF_BYTES), size);
  const processors = [...region.u8.subarray(SELF_BYTES, SELF_BYTES + size).keys()]
    .filter((i) => region.u8[SELF_BYTES + i] !== 0);
  region.free();
  return { status, processors };
}

/** Says which processors this thread may use (`uv_thread_setaffinity`). Returns 0 or an error. */
export function writeAffinity(processors: readonly number[]): number {
  const uv = functions();
  const size = uv.uv_cpumask_size();
  if (size < 0) return size;
  const region = self(size);
  for (const processor of processors) region.u8[SELF_BYTES + processor] = 1;
  const mask = region.pointerTo(SELF_BYTES);
  const status = uv.uv_thread_setaffinity(region.pointer, mask, null, size);
  region.free();
  return status;
}

/** Reads the name of this thread (`uv_thread_getname`). */
export function readThreadName(): TextResult {
  const region = self(NAME_BYTES);
  const name = region.pointerTo(SELF_BYTES);
  const status = functions().uv_thread_getname(region.pointer, name, NAME_BYTES);
  const text = status < 0 ? "" : region.text(SELF_BYTES);
  region.free();
  return { status, text };
}

/** Names this thread (`uv_thread_setname`). Returns 0 or an error. */
export function writeThreadName(name: string): number {
  const { uv_thread_setname } = functions();
  return withTexts([name], uv_thread_setname);
}

/** Reads the priority of this thread (`uv_thread_getpriority`). */
export function readThreadPriority(): { status: number; value: number } {
  const uv = functions();
  const region = new Region(8);
  const status = uv.uv_thread_getpriority(uv.uv_thread_self(), region.pointer);
  const value = region.i32[0] as number;
  region.free();
  return { status, value };
}

/** Sets the priority of this thread (`uv_thread_setpriority`). Returns 0 or an error. */
export function writeThreadPriority(value: number): number {
  const uv = functions();
  return uv.uv_thread_setpriority(uv.uv_thread_self(), value);
}

/** Memory that starts with this thread's `uv_thread_t`, and goes on for so many bytes. */
function self(byteLength: number): Region {
  const region = new Region(SELF_BYTES + byteLength);
  region.setWord(0, Number(functions().uv_thread_self()));
  return region;
}

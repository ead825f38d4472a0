import { uv_rusage_t } from "../libuv/layouts.ts";
import { Region } from "../memory/region.ts";
import type { Pointer } from "../runtime/contract.ts";

/** What a process or thread has used (`getrusage(2)`). */
export interface Usage {
  /** Time in its own code, in microseconds. */
  readonly userUs: number;
  /** Time in the kernel on its behalf, in microseconds. */
  readonly systemUs: number;
  /** The most memory it ever had, in KiB; all of the process'. */
  readonly residentKibMax: number;
  /** Pages that were there, and pages that had to be read. */
  readonly minorFaults: number;
  readonly majorFaults: number;
  /** Times that a file system was read and written. */
  readonly blocksRead: number;
  readonly blocksWritten: number;
  /** Times that it gave the processor away, and that it was taken from it. */
  readonly voluntarySwitches: number;
  readonly involuntarySwitches: number;
}

const US_PER_SECOND = 1_000_000;

/** Makes a call of the form `int f(uv_rusage_t* usage)` and reads what it wrote. */
export function readUsage(call: (usage: Pointer) => number): { status: number; usage: Usage } {
  const region = new Region(uv_rusage_t.size);
  const status = call(region.pointer);
  const word = (field: number) => region.word(field);
  const timeUs = (field: number) => word(field) * US_PER_SECOND + word(field + 8);
  const usage = {
    userUs: timeUs(uv_rusage_t.ru_utime),
    systemUs: timeUs(uv_rusage_t.ru_stime),
    residentKibMax: word(uv_rusage_t.ru_maxrss),
    minorFaults: word(uv_rusage_t.ru_minflt),
    majorFaults: word(uv_rusage_t.ru_majflt),
    blocksRead: word(uv_rusage_t.ru_inblock),
    blocksWritten: word(uv_rusage_t.ru_oublock),
    voluntarySwitches: word(uv_rusage_t.ru_nvcsw),
    involuntarySwitches: word(uv_rusage_t.ru_nivcsw),
  };
  region.free();
  return { status, usage };
}

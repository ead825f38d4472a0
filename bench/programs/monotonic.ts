import { openLibrary } from "../../ffi/mod.ts";

const { uv_hrtime } = openLibrary().bind({ uv_hrtime: { parameters: [], result: "u64" } });

/** The time in microseconds by a clock that all threads and programs of the machine share. */
export function monotonicUs(): number {
  return Number(uv_hrtime()) / 1000;
}

/** Clocks. Machines have `scope.now`, which costs nothing. */
import { uv_clock_id } from "../../ffi/libuv/constants.ts";
import { systemFunctions } from "../../ffi/system/functions.ts";
import { readTime } from "../../ffi/system/values.ts";
import { answer } from "./answer.ts";

const NS_PER_SECOND = 1_000_000_000n;

/** Nanoseconds since a moment in the past, which never go back (`uv_hrtime`). */
export function hrtime(): bigint {
  return BigInt(systemFunctions().uv_hrtime());
}

/** The time of day, in microseconds since 1970 (`uv_gettimeofday`). */
export function timeOfDayUs(): number {
  const { status, seconds, part } = readTime(systemFunctions().uv_gettimeofday);
  return answer(status, seconds * 1_000_000 + part, "read", "the time of day");
}

/**
 * A clock of the system, in nanoseconds (`uv_clock_gettime`).
 *
 * @throws {LibraryError} before libuv 1.45
 */
export function clockTime(clock: "monotonic" | "realtime"): bigint {
  const { UV_CLOCK_MONOTONIC, UV_CLOCK_REALTIME } = uv_clock_id;
  const ids = { monotonic: UV_CLOCK_MONOTONIC, realtime: UV_CLOCK_REALTIME };
  if (!Object.hasOwn(ids, clock)) {
    throw new RangeError(`clock must be monotonic or realtime, not ${clock}`);
  }
  const { uv_clock_gettime } = systemFunctions();
  const { status, seconds, part } = readTime((time) => uv_clock_gettime(ids[clock], time));
  return answer(status, BigInt(seconds) * NS_PER_SECOND + BigInt(part), "read", "the clock");
}

import { readRandom } from "../../ffi/system/values.ts";
import { integer } from "../handle/argument.ts";
import { answer } from "./answer.ts";

/** What libuv fills in one call: it refuses more with E2BIG. */
export const RANDOM_BYTES_MAX = 2 ** 31 - 1;

/**
 * Random bytes from the system, good enough for keys (`uv_random`). Blocks while the system has
 * not gathered enough of them yet, right after it was started.
 */
export function randomBytes(byteLength: number): Uint8Array {
  const { status, bytes } = readRandom(integer(byteLength, "byteLength", 0, RANDOM_BYTES_MAX));
  return answer(status, bytes, "read", "random bytes");
}

import { errorNumber } from "../../ffi/libuv/error_number.ts";
import { hasDescriptors } from "../../ffi/memory/system.ts";
import { UvError } from "../error/uv_error.ts";

/**
 * What a thread of a runtime and its loop open while they start. A runtime that finds none in the
 * middle of starting a thread ends the process.
 */
const THREAD_DESCRIPTORS = 24;

/** @throws {UvError} EMFILE unless there are descriptors for one more loop thread */
export function assertDescriptors(subject: string): void {
  if (!hasDescriptors(THREAD_DESCRIPTORS)) {
    throw new UvError(errorNumber("UV_EMFILE"), "start", subject);
  }
}

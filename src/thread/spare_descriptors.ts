import { errorNumber } from "../../ffi/libuv/error_number.ts";
import { spareFd, system } from "../../ffi/memory/system.ts";
import { UvError } from "../error/uv_error.ts";

/**
 * What a thread of a runtime and its loop open while they start. A runtime that finds none in the
 * middle of starting a thread ends the process.
 */
const THREAD_DESCRIPTORS = 24;

/** @throws {UvError} EMFILE unless there are descriptors for one more loop thread */
export function assertDescriptors(subject: string): void {
  const fds: number[] = [];
  while (fds.length < THREAD_DESCRIPTORS) {
    const fd = spareFd();
    if (fd < 0) break;
    fds.push(fd);
  }
  for (const fd of fds) system().close(fd);
  if (fds.length < THREAD_DESCRIPTORS) {
    throw new UvError(errorNumber("UV_EMFILE"), "start", subject);
  }
}

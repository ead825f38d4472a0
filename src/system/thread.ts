/** This thread, as the system sees it: most useful in a Worker or a loop thread. */
import { uv_thread_priority } from "../../ffi/libuv/constants.ts";
import {
  readAffinity,
  readProcessor,
  readThreadName,
  readThreadPriority,
  writeAffinity,
  writeThreadName,
  writeThreadPriority,
} from "../../ffi/system/thread.ts";
import { cText, integer } from "../handle/argument.ts";
import { answer } from "./answer.ts";
import { processors } from "./host.ts";

const NAME_BYTES_MAX = 15;

/** The processor that this thread runs on now (`uv_thread_getcpu`; since libuv 1.45). */
export function threadProcessor(): number {
  const processor = readProcessor();
  return answer(processor, processor, "find", "the processor of this thread");
}

/** The processors that this thread may run on (`uv_thread_getaffinity`; since libuv 1.45). */
export function threadAffinity(): number[] {
  const { status, processors } = readAffinity();
  return answer(status, processors, "read", "the affinity of this thread");
}

/**
 * Says which processors this thread may run on (`uv_thread_setaffinity`; since libuv 1.45).
 *
 * @param numbers of processors, from 0; at least one
 */
export function setThreadAffinity(numbers: readonly number[]): void {
  if (!Array.isArray(numbers)) throw new TypeError("numbers must be an array");
  if (numbers.length === 0) throw new RangeError("A thread needs at least one processor");
  const last = processors().length - 1;
  const chosen = numbers.map((number) => integer(number, "A processor", 0, last));
  answer(writeAffinity(chosen), undefined, "set", "the affinity of this thread");
}

/** The name of this thread in process lists (`uv_thread_getname`; since libuv 1.50). */
export function threadName(): string {
  const { status, text } = readThreadName();
  return answer(status, text, "read", "the name of this thread");
}

/** Names this thread (`uv_thread_setname`; since libuv 1.50). @param name at most 15 bytes */
export function setThreadName(name: string): void {
  const { length } = new TextEncoder().encode(cText(name, "name"));
  if (length > NAME_BYTES_MAX) {
    throw new RangeError(`name must have at most ${NAME_BYTES_MAX} bytes, not ${length}`);
  }
  answer(writeThreadName(name), undefined, "name", "this thread");
}

/** The priority of this thread (`uv_thread_getpriority`; since libuv 1.48). */
export function threadPriority(): number {
  const { status, value } = readThreadPriority();
  return answer(status, value, "read", "the priority of this thread");
}

/**
 * Sets the priority of this thread (`uv_thread_setpriority`; since libuv 1.48).
 *
 * @param value from -2, the lowest, to 2
 */
export function setThreadPriority(value: number): void {
  const { UV_THREAD_PRIORITY_LOWEST, UV_THREAD_PRIORITY_HIGHEST } = uv_thread_priority;
  const wanted = integer(value, "value", UV_THREAD_PRIORITY_LOWEST, UV_THREAD_PRIORITY_HIGHEST);
  answer(writeThreadPriority(wanted), undefined, "set", "the priority of this thread");
}

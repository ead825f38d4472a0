/** This process: its place in the system, its title and priority, what it uses. */
import process from "node:process";
import { uv_priority } from "../../ffi/libuv/constants.ts";
import { withTexts } from "../../ffi/memory/text_arguments.ts";
import { systemFunctions } from "../../ffi/system/functions.ts";
import { readText } from "../../ffi/system/text.ts";
import { readTitle, TITLE_BYTES_MAX, writeTitle } from "../../ffi/system/title.ts";
import { readUsage, type Usage } from "../../ffi/system/usage.ts";
import { readNumber } from "../../ffi/system/values.ts";
import { cText, integer } from "../handle/argument.ts";
import { answer } from "./answer.ts";

export type { Usage };

const PID_MAX = 2 ** 31 - 1;

/** The number of this process (`uv_os_getpid`). */
export function pid(): number {
  return systemFunctions().uv_os_getpid();
}

/** The number of the process that has started this one (`uv_os_getppid`). */
export function parentPid(): number {
  return systemFunctions().uv_os_getppid();
}

/** The file that this process runs: the runtime (`uv_exepath`). */
export function executablePath(): string {
  const { status, text } = readText(systemFunctions().uv_exepath);
  return answer(status, text, "read", "the path of the executable");
}

/** The working directory (`uv_cwd`). @throws {UvError} ENOENT when it was removed */
export function workingDirectory(): string {
  const { status, text } = readText(systemFunctions().uv_cwd);
  return answer(status, text, "read", "the working directory");
}

/** Changes the working directory, for all threads of the process (`uv_chdir`). */
export function changeDirectory(path: string): void {
  const { uv_chdir } = systemFunctions();
  const status = withTexts([cText(path, "path")], uv_chdir);
  answer(status, undefined, "change the directory to", path);
}

/** What process lists call this process (`uv_get_process_title`). */
export function title(): string {
  const { status, text } = readTitle(process.title);
  return answer(status, text, "read", "the title");
}

/**
 * Sets what process lists call this process (`uv_set_process_title`). Linux shows the first 15
 * bytes, as the name of the thread that calls this.
 *
 * @throws {RangeError} for more than 255 bytes
 */
export function setTitle(text: string): void {
  const { length } = new TextEncoder().encode(cText(text, "title"));
  if (length > TITLE_BYTES_MAX) {
    throw new RangeError(`title must have at most ${TITLE_BYTES_MAX} bytes, not ${length}`);
  }
  answer(writeTitle(text, process.title), undefined, "set", "the title");
}

/** Memory of this process that is in the machine's, in bytes (`uv_resident_set_memory`). */
export function residentSetMemory(): number {
  const { status, value } = readNumber("u64", systemFunctions().uv_resident_set_memory);
  return answer(status, value, "read", "the resident set");
}

/** What this process has used (`uv_getrusage`). */
export function resourceUsage(): Usage {
  const { status, usage } = readUsage(systemFunctions().uv_getrusage);
  return answer(status, usage, "read", "the usage of the process");
}

/** What this thread has used (`uv_getrusage_thread`). @throws {LibraryError} before libuv 1.50 */
export function threadUsage(): Usage {
  const { status, usage } = readUsage(systemFunctions().uv_getrusage_thread);
  return answer(status, usage, "read", "the usage of the thread");
}

/**
 * The priority of a process: from -20, the first to be served, to 19 (`uv_os_getpriority`).
 *
 * @param of its number; this process by default
 * @throws {UvError} ESRCH where there is no such process
 */
export function priority(of: number = 0): number {
  const number = integer(of, "pid", 0, PID_MAX);
  const { uv_os_getpriority } = systemFunctions();
  const { status, value } = readNumber("i32", (result) => uv_os_getpriority(number, result));
  return answer(status, value, "read the priority of", `process ${number}`);
}

/**
 * Sets the priority of a process (`uv_os_setpriority`).
 *
 * @param value from -20 to 19
 * @param of its number; this process by default
 * @throws {UvError} EACCES or EPERM where that is not allowed
 */
export function setPriority(value: number, of: number = 0): void {
  const { UV_PRIORITY_HIGHEST, UV_PRIORITY_LOW } = uv_priority;
  const wanted = integer(value, "priority", UV_PRIORITY_HIGHEST, UV_PRIORITY_LOW);
  const number = integer(of, "pid", 0, PID_MAX);
  const status = systemFunctions().uv_os_setpriority(number, wanted);
  answer(status, undefined, "set the priority of", `process ${number}`);
}

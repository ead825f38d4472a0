import { systemFunctions } from "../../ffi/system/functions.ts";
import { integer } from "../handle/argument.ts";
import { signalNumber } from "../handle/signal_numbers.ts";
import { answer } from "./answer.ts";

const PID_MAX = 2 ** 31 - 1;

/**
 * Sends a signal to a process (`uv_kill`).
 *
 * @param pid 1 or more: no groups, nor all processes
 * @param signal `SIGTERM` (the default), a number, or 0, which only looks whether the process lives
 * @throws {UvError} ESRCH where there is no such process, EPERM where that is not allowed
 */
export function kill(pid: number, signal: string | number = "SIGTERM"): void {
  const number = integer(pid, "pid", 1, PID_MAX);
  const signum = signal === 0 ? 0 : signalNumber(signal);
  const status = systemFunctions().uv_kill(number, signum);
  answer(status, undefined, `send ${signal} to`, `process ${pid}`);
}

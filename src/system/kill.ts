import { systemFunctions } from "../../ffi/system/functions.ts";
import { integer } from "../handle/argument.ts";
import { signalNumbers } from "../handle/signal_numbers.ts";
import { answer } from "./answer.ts";

const SIGNAL_MAX = 64;

/**
 * Sends a signal to a process (`uv_kill`).
 *
 * @param pid 1 or more: no groups, nor all processes
 * @param signal `SIGTERM` (the default), a number, or 0, which only looks whether the process lives
 * @throws {UvError} ESRCH where there is no such process, EPERM where that is not allowed
 */
export function kill(pid: number, signal: string | number = "SIGTERM"): void {
  const number = integer(pid, "pid", 1, 2 ** 31 - 1);
  const status = systemFunctions().uv_kill(number, numberOf(signal));
  answer(status, undefined, `send ${signal} to`, `process ${pid}`);
}

function numberOf(signal: string | number): number {
  if (typeof signal === "number") return integer(signal, "signal", 0, SIGNAL_MAX);
  if (!Object.hasOwn(signalNumbers, signal)) throw new RangeError(`There is no signal ${signal}`);
  return signalNumbers[signal] as number;
}

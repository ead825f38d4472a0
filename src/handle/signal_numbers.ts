import { constants } from "node:os";
import { integer, string } from "./argument.ts";

/** Signals by name, as this system numbers them. */
export const signalNumbers: Readonly<Record<string, number>> = constants.signals;

const names = new Map(Object.entries(signalNumbers).map(([name, signum]) => [signum, name]));

/**
 * The number of a signal.
 *
 * @param signal `SIGINT`, ... or a number
 * @throws {RangeError} for what is none
 */
export function signalNumber(signal: string | number): number {
  if (typeof signal === "number") return integer(signal, "A signal", 1, 64);
  string(signal, "A signal");
  if (!Object.hasOwn(signalNumbers, signal)) throw new RangeError(`There is no signal ${signal}`);
  return signalNumbers[signal] as number;
}

/** The name of a signal; `SIG40` for one that has none. */
export function signalName(signum: number): string {
  return names.get(signum) ?? `SIG${signum}`;
}

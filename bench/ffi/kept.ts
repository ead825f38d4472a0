import { bind } from "./bind.ts";
import type { Port } from "./port.ts";

/** Proves that a function of `callees.c` got what it was given. */
export type ExpectKept = (what: string, expected: number) => void;

/**
 * Asks the C functions what they were given last.
 *
 * @param of whether the parameter is an integer or a floating-point number
 */
export function keptBy(port: Port, path: string, of: "integer" | "number"): ExpectKept {
  const kept = of === "integer"
    ? bind(port, path, "lab_kept_integer", [], "i64")
    : bind(port, path, "lab_kept_number", [], "f64");
  return (what, expected) => {
    const found = Number(kept());
    if (found !== expected) throw new Error(`${what}: C got ${found}, not ${expected}`);
  };
}

import { callLoop } from "../call_loop.ts";
import type { Case } from "../case.ts";

/** The name of the baseline. */
export const BASELINE = "JavaScript function";

/**
 * What is not FFI in every row: the loop, and a JavaScript function in the place of C's, which the
 * engine puts right into the loop. It changes memory, so that it is not left out.
 */
export function baselineCase(metric: string): Case {
  const memory = new Int32Array(1);
  const count = (by: unknown): void => {
    memory[0] = (memory[0] as number) + (by as number);
  };
  return { name: BASELINE, metric, run: callLoop(count, [1]) };
}

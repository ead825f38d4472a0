/** The module of the loop threads of `calls.ts`. */

import type { CallScope } from "../../src/mod.ts";

export function increment(_scope: CallScope, value: number): number {
  return value + 1;
}

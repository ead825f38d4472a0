import type { Pointer, RuntimeCallback } from "../runtime/contract.ts";
import { runtime } from "../runtime/current.ts";
import { type Callbacks, pointersOf } from "./callback_pointers.ts";
import { type EntryPoint, entryPoints } from "./kinds.ts";
import type { Cell } from "./ring_registry.ts";
import { definitions } from "./runtime_definitions.ts";
import { countLost } from "./runtime_record.ts";

/**
 * Makes the callbacks of `thunks.c` of functions of the runtime: the same records by the same
 * rules, at the price of JavaScript inside `uv_run`. Rings must be registered (`registerRing`).
 *
 * Nothing is thrown into libuv: Bun would skip every later callback, Deno forget the error. A
 * record that fails is counted as lost; without a ring to count in, the error is thrown once the
 * runtime is back at its own loop.
 */
export function installRuntimeCallbacks(): Callbacks {
  let calls = 0;
  const made = new Map<EntryPoint, RuntimeCallback>();
  for (const name of entryPoints) {
    const { parameters, cell: find, body } = definitions[name];
    const guarded = (handle: Pointer, ...rest: never[]): void => {
      calls++;
      let cell: Cell | undefined;
      try {
        cell = find(handle, rest[0] as unknown as Pointer);
        body(cell, handle, ...rest);
      } catch (error) {
        report(cell, error);
      }
    };
    made.set(
      name,
      runtime().callback({ parameters: ["pointer", ...parameters], body: guarded }),
    );
  }
  return {
    make: "runtime",
    pointers: pointersOf((name) => (made.get(name) as RuntimeCallback).pointer),
    calls: () => calls,
    // SAFETY: outside uv_run, and no loop is left: a callback closed from inside crashes Deno.
    free: () => made.forEach((callback) => callback.close()),
  };
}

function report(cell: Cell | undefined, error: unknown): void {
  if (cell !== undefined) return countLost(cell.ring);
  queueMicrotask(() => {
    throw error;
  });
}

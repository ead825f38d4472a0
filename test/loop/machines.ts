import { done, type Loop, type Machine, ok, type Response, type Scope } from "../../src/mod.ts";

/** Adds a machine that runs `body` in the next turn, and answers with what it returns. */
export function addHandler<C>(
  loop: Loop<C>,
  body: (scope: Scope<C>) => Response | void,
): void {
  const machine: Machine<C> = { timeout: (scope) => body(scope) ?? done() };
  loop.addMachine((scope) => ok(machine).deadline(scope.now));
}

/** Adds a machine that does nothing and never ends. Returns how often it was disposed of. */
export function addIdle<C>(loop: Loop<C>): { disposals: number } {
  const counts = { disposals: 0 };
  const machine: Machine<C> = { dispose: () => void counts.disposals++ };
  loop.addMachine(() => ok(machine));
  return counts;
}

/** Adds a machine of the given handlers, which starts with `ok()`. */
export function add<C, S = never>(
  loop: Loop<C>,
  machine: Machine<C, S>,
  start: (scope: Scope<C>) => void = () => {},
): void {
  loop.addMachine((scope) => {
    start(scope);
    return ok(machine);
  });
}

/** Lets the clock go on, as a program does that computes something meanwhile. */
export function passMs(durationMs: number): void {
  const endMs = performance.now() + durationMs;
  while (performance.now() < endMs);
}

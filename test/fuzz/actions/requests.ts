import { NativeFunction } from "../../../src/mod.ts";
import { action, type Arguments, type Family, methods } from "../action.ts";
import { boolean, loopback, maybe, options } from "../legal.ts";
import type { World } from "../world.ts";

let clock: NativeFunction | undefined;

/** A function that looks at none of its arguments. */
function nativeClock(): NativeFunction {
  return clock ??= NativeFunction.ofLibuv("uv_hrtime");
}

/** Names that this machine knows, and texts that are no names: nobody else is ever asked. */
const names = ["localhost", "127.0.0.1", "::1", "", "a\0b", "x".repeat(300), "bad name"];

/** A request, whose first argument is never one that would be asked of others. */
function asking(method: string, weight: number, args: Arguments, small = false) {
  return action(`scope.${method}`, weight, (w) => {
    const scope = w.scope();
    if (scope === undefined) return;
    const [first, ...rest] = args(w);
    const given = [first, ...w.arguments(rest, small)];
    const made = w.attempt(
      `${method} ${typeof first === "object" ? "object" : String(first).slice(0, 20)}`,
      () => (scope as unknown as Record<string, (...a: unknown[]) => unknown>)[method]?.(...given),
    );
    if (made !== undefined) w.keep("request", made);
  });
}

/** No number, text or object that a name could be. */
function odd(w: World): unknown {
  return w.random.pick([NaN, -1, null, undefined, {}, [], Symbol("odd"), 2n ** 64n, () => {}]);
}

export const requests: Family = {
  name: "requests",
  weight: 8,
  actions: [
    asking("resolve", 3, (w) => [
      w.chance(1, 6) ? odd(w) : w.random.pick(names),
      ...maybe(
        w,
        () => options(w, { family: () => w.random.pick([0, 4, 6]), numericHost: () => boolean(w) }),
      ),
    ]),
    asking("nameinfo", 3, (w) => [
      w.chance(1, 6) ? odd(w) : loopback(w),
      w.random.pick([0, 53, 80, 65535]),
      ...maybe(w, () =>
        options(w, {
          numericHost: () => boolean(w),
          numericService: () => boolean(w),
          requireName: () => boolean(w),
          datagram: () => boolean(w),
        })),
    ]),
    asking("random", 4, (w) => [w.chance(1, 6) ? odd(w) : w.random.below(2000)]),
    asking("work", 4, (w) => [
      w.chance(1, 6) ? odd(w) : nativeClock(),
      ...maybe(w, () => w.random.pick<unknown>([0, 1, 2 ** 31, 7n, -1n])),
    ]),
    ...methods("request", {
      cancel: { weight: 6 },
      "get result": { weight: 2 },
      "get state": { weight: 1 },
      "get kind": { weight: 1 },
    }),
  ],
};

/**
 * A wake-up changes a deadline: one machine would sleep for an hour, another one wakes it after
 * 50 ms, and it decides to wait for 50 ms only.
 *
 *     bun samples/timer_with_wakeup.ts
 *     deno run --allow-ffi --allow-env samples/timer_with_wakeup.ts
 */
import { done, Loop, type Machine, type Notifier, ok } from "../src/mod.ts";
import type { Response, Scope } from "../src/mod.ts";

const HOUR_MS = 3_600_000;
const SHORT_MS = 50;

/** Sleeps until its deadline, whichever that is. */
class Sleeper implements Machine {
  wakeup(scope: Scope): Response {
    console.log(`sleeper: woken, now a deadline in ${SHORT_MS} ms`);
    return ok().deadline(scope.after(SHORT_MS));
  }

  timeout(): Response {
    console.log("sleeper: the deadline is due");
    return done();
  }
}

/** Wakes another machine when its deadline is due. */
class Alarm implements Machine {
  readonly #target: Notifier;

  constructor(target: Notifier) {
    this.#target = target;
  }

  timeout(): Response {
    console.log(`alarm: wakes the sleeper: ${this.#target.wakeup()}`);
    return done();
  }
}

let sleeper!: Notifier;
const loop = Loop.create().instantiate(undefined);
loop.addMachine((scope) => {
  sleeper = scope.notifier();
  console.log("sleeper: a deadline in an hour");
  return ok(new Sleeper()).deadline(scope.after(HOUR_MS));
});
loop.addMachine((scope) => {
  console.log(`alarm: a deadline in ${SHORT_MS} ms`);
  return ok(new Alarm(sleeper)).deadline(scope.after(SHORT_MS));
});
loop.run();
loop.close();
console.log("done");

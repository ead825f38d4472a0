/**
 * A loop on a thread of its own, and one here, that wake each other 50 times.
 *
 * Notifiers cross threads as plain values: `address()` here, `notifierFrom` there. Nobody spins or
 * sleeps until the thread is there: starting it is awaited. Each wake-up waits for the answer to
 * the one before: several that come before the machine runs would make one call of its handler.
 *
 *     bun samples/wakeup.ts
 *     deno run --allow-ffi --allow-env --allow-read=. samples/wakeup.ts
 *
 * Deno wants `--allow-read` for a thread's modules.
 */
import {
  done,
  Loop,
  LoopThread,
  type Machine,
  type Notifier,
  notifierFrom,
  ok,
} from "../src/mod.ts";
import type { Response } from "../src/mod.ts";

const WAKEUPS = 50;

/** Wakes the machine on the thread, whenever that has woken this one. */
class Caller implements Machine {
  count = 0;

  wakeup(): Response {
    this.count++;
    if (this.count % 10 === 0) console.log(`woken ${this.count} times`);
    if (this.count === WAKEUPS) return done();
    answerer.wakeup();
    return ok();
  }
}

let caller!: Notifier;
using loop = Loop.create().instantiate(undefined);
loop.addMachine((scope) => {
  caller = scope.notifier();
  return ok(new Caller());
});
const thread = await LoopThread.start<typeof import("./wakeup_thread.ts")>(
  new URL("./wakeup_thread.ts", import.meta.url),
);
console.log("the loop is ready");
const answerer = notifierFrom(await thread.call("answer", [caller.address()]));
answerer.wakeup();
loop.run(); // blocks this thread: the two loops need no runtime
await thread.stop();
console.log(`the loop has ended, a wake-up is answered: ${answerer.wakeup()}`);

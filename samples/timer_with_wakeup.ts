/**
 * A wake-up changes a deadline: a machine on a thread of its own would sleep for an hour. After
 * 50 ms it is woken from here, and decides to wait for 50 ms only.
 *
 *     bun samples/timer_with_wakeup.ts
 *     deno run --allow-ffi --allow-env --allow-read=. samples/timer_with_wakeup.ts
 */
import { LoopThread, notifierFrom } from "../src/mod.ts";

const SHORT_MS = 50;

await using thread = await LoopThread.start<typeof import("./timer_with_wakeup_thread.ts")>(
  new URL("./timer_with_wakeup_thread.ts", import.meta.url),
);
const sleeper = notifierFrom(await thread.call("sleeper"));
const slept = thread.call("slept");
setTimeout(() => console.log(`main: wakes the sleeper: ${sleeper.wakeup()}`), SHORT_MS);
for (const line of await slept) console.log(`sleeper: ${line}`);
console.log("done");

/**
 * A loop on a thread of its own, woken 50 times from outside.
 *
 * The thread answers that it is ready with the address of a notifier: a plain value, which
 * `notifierFrom` makes into a notifier here. Nobody spins or sleeps until the loop is there. Each
 * wake-up waits for the report of the one before: several that come before the machine runs would
 * make one call of its handler.
 *
 *     bun samples/wakeup.ts
 *     deno run --allow-ffi --allow-env --allow-read=. samples/wakeup.ts
 *
 * Deno wants `--allow-read` for a thread's modules.
 */
import process from "node:process";
import { Worker } from "node:worker_threads";
import { type Notifier, notifierFrom } from "../src/mod.ts";
import type { Report } from "./wakeup_thread.ts";

const WAKEUPS = 50;

const thread = new Worker(new URL("./wakeup_thread.ts", import.meta.url), {
  workerData: WAKEUPS,
});
let notifier: Notifier | undefined;

thread.on("message", (report: Report) => {
  switch (report.kind) {
    case "ready":
      console.log("the loop is ready");
      notifier = notifierFrom(report.address);
      notifier.wakeup();
      break;
    case "woken":
      if (report.count % 10 === 0) console.log(`woken ${report.count} times`);
      if (report.count < WAKEUPS) notifier?.wakeup();
      break;
    case "ended":
      console.log(`the loop has ended, a wake-up is answered: ${notifier?.wakeup()}`);
  }
});
thread.on("error", (error) => {
  console.error(error);
  process.exitCode = 1;
});

/**
 * Four loops on threads of their own: each is given a quarter of the work, and the results are
 * gathered.
 *
 *     bun samples/workers.ts
 *     deno run --allow-ffi --allow-env --allow-read=. samples/workers.ts
 */
import { LoopThread } from "../src/mod.ts";

const LOOPS = 4;
const LIMIT = 200_000;

const threads = await Promise.all(
  Array.from({ length: LOOPS }, () =>
    LoopThread.start<typeof import("./workers_thread.ts")>(
      new URL("./workers_thread.ts", import.meta.url),
    )),
);
const quarter = LIMIT / LOOPS;
const counts = await Promise.all(
  threads.map((thread, i) => thread.call("countPrimes", [i * quarter, (i + 1) * quarter])),
);
counts.forEach((count, i) => console.log(`loop ${i + 1}: ${count} primes`));
console.log(`${counts.reduce((sum, count) => sum + count, 0)} primes below ${LIMIT}`);
await Promise.all(threads.map((thread) => thread.stop()));

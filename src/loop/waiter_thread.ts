/** The waiter's thread: see `waiter.ts`. It runs until it is told to stop. */
import { workerData } from "node:worker_threads";
import { ReadablePoll } from "../../ffi/poll_readable.ts";
import { life, type WaiterData, waiterWords } from "./waiter_words.ts";

const { go, ready, stop } = waiterWords;
const { words: buffer, fd } = workerData as WaiterData;
const words = new Int32Array(buffer);
const { starting, up, ended } = life;

if (Atomics.compareExchange(words, waiterWords.life, starting, up) === starting) wait();

function wait(): void {
  const poll = new ReadablePoll(fd);
  for (;;) {
    Atomics.wait(words, go, 0);
    if (Atomics.load(words, stop) === 1) break;
    Atomics.store(words, go, 0);
    poll.wait();
    Atomics.store(words, ready, 1);
    Atomics.notify(words, ready);
  }
  poll.free();
  Atomics.store(words, waiterWords.life, ended);
  Atomics.notify(words, waiterWords.life);
}

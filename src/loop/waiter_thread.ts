/** The waiter's thread: see `waiter.ts`. It runs until it is told to stop. */
import { workerData } from "node:worker_threads";
import { ReadablePoll } from "../../ffi/poll_readable.ts";
import { life, NAP_MS, order, type WaiterData, waiterWords } from "./waiter_words.ts";

const { go, ready, stop } = waiterWords;
const { words: buffer, fd } = workerData as WaiterData;
const words = new Int32Array(buffer);
const { starting, up, ended } = life;

if (Atomics.compareExchange(words, waiterWords.life, starting, up) === starting) wait();

function wait(): void {
  const poll = new ReadablePoll(fd);
  for (;;) {
    Atomics.wait(words, go, order.none);
    const what = Atomics.exchange(words, go, order.none);
    if (Atomics.load(words, stop) === 1) break; // set before GO, so looked at after it
    if (what === order.poll) poll.wait();
    else Atomics.wait(words, stop, 0, NAP_MS);
    Atomics.store(words, ready, 1);
    Atomics.notify(words, ready);
  }
  poll.free();
  Atomics.store(words, waiterWords.life, ended);
  Atomics.notify(words, waiterWords.life);
}

import { MessageSlots } from "./message_slots.ts";
import { type ResultReport, threadWords } from "./thread_messages.ts";

/**
 * Hears results of calls that come through shared memory, on the side of the owner.
 *
 * In Deno `Atomics.waitAsync` and two values in shared memory cost half of what a message on a port
 * does. In Bun it is the other way round: there is no such listener, and all results come by port.
 */
export class ResultListener {
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #slots: MessageSlots;
  readonly #heard: (result: ResultReport) => void;
  #count = 0;
  #hasEnded = false;

  /** @param heard called with each result, in the order in which they were sent */
  constructor(
    words: Int32Array<SharedArrayBuffer>,
    slots: SharedArrayBuffer,
    heard: (result: ResultReport) => void,
  ) {
    this.#words = words;
    this.#slots = new MessageSlots(slots);
    this.#heard = heard;
    this.#listen();
  }

  /** Hears what has come and was not heard yet. */
  hear(): void {
    while (Atomics.load(this.#words, threadWords.results) !== this.#count) {
      const result = this.#slots.read(this.#count) as unknown as ResultReport;
      Atomics.store(this.#words, threadWords.heard, ++this.#count);
      this.#heard(result);
    }
  }

  /** Hears no more: the thread has ended. */
  end(): void {
    this.hear();
    this.#hasEnded = true;
    Atomics.notify(this.#words, threadWords.results);
  }

  /** Kept as a value: it is what each wait calls. */
  readonly #listen = (): void => {
    while (!this.#hasEnded) {
      this.hear();
      const { async, value } = Atomics.waitAsync(this.#words, threadWords.results, this.#count);
      if (async) return void value.then(this.#listen);
    }
  };
}

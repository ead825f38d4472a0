import { MessageSlots } from "./message_slots.ts";
import { type ResultReport, type ThreadData, threadWords } from "./thread_messages.ts";

/** Sends results of calls through shared memory, from the thread: see `ResultListener`. */
export class ResultSender {
  readonly #words: Int32Array;
  readonly #slots: MessageSlots | undefined;
  #sent = 0;

  constructor({ words, resultSlots }: ThreadData) {
    this.#words = new Int32Array(words);
    this.#slots = resultSlots && new MessageSlots(resultSlots);
  }

  /** Returns false for a result that has to go through the message port. */
  send(result: ResultReport): boolean {
    const words = this.#words;
    const heard = Atomics.load(words, threadWords.heard);
    if (this.#slots === undefined || !this.#slots.write(this.#sent, heard, result)) return false;
    Atomics.store(words, threadWords.results, ++this.#sent);
    Atomics.notify(words, threadWords.results);
    return true;
  }
}

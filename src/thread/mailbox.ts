import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import type { Machine } from "../machine/machine.ts";
import { ok, type Response } from "../machine/response.ts";
import type { EarlyScope, Notifier } from "../machine/scope.ts";
import { MessageSlots } from "./message_slots.ts";
import { Patience } from "./patience.ts";
import { type CallOrder, type Order, type ThreadData, threadWords } from "./thread_messages.ts";

/** Orders taken in one turn; the other machines have their turn before more are. */
const ORDERS_PER_TURN = 256;

/** An order comes fast if it does so after the one before was done; waking a thread is in it. */
const FAST_MS = 0.05;

/** Who acts on what is in the mailbox. */
export interface MailboxOwner {
  /** Does what was ordered; never throws. */
  take(order: Order): void;
  /**
   * Looks whether the machines that were asked to end have.
   *
   * @returns when to look again, in milliseconds of the loop, if nothing happens before
   */
  lookAtAsked(): number;
}

/**
 * The machine through which a loop thread's owner reaches it. Orders wait in slots of shared memory
 * or in a message port, which can be read while the thread does not return to its runtime; the
 * notifier wakes the loop.
 *
 * No order is lost: it is there and counted before the wake-up is sent, and every wake-up is
 * followed by a turn that takes all that were counted, or wakes the machine again.
 *
 * To sleep and to be woken costs both threads more than most orders do. While orders come faster
 * than that, the machine wakes itself: the loop makes turns without sleeping, in which all others
 * have their events, and the owner need not wake it. This ends 25 us after the last order: first
 * the machine says so, then it looks once more, for an order that was sent without a wake-up.
 */
export class Mailbox implements Machine {
  readonly #port: MessagePort;
  readonly #words: Int32Array;
  readonly #slots: MessageSlots;
  readonly #owner: MailboxOwner;
  readonly #notifier: Notifier;
  readonly #patience = new Patience();
  #taken = 0;
  #isFast = false;
  #doneMs = 0;

  constructor(scope: EarlyScope, { port, words, slots }: ThreadData, owner: MailboxOwner) {
    this.#notifier = scope.notifier();
    this.#port = port;
    this.#words = new Int32Array(words);
    this.#slots = new MessageSlots(slots);
    this.#owner = owner;
  }

  wakeup(): Response {
    if (this.#sent > 0) {
      const isFast = performance.now() - this.#doneMs < FAST_MS;
      this.#takeOrders();
      this.#doneMs = performance.now();
      this.#patience.renew();
      this.#setFast(isFast && this.#patience.isLeft);
    } else if (this.#isFast && !this.#patience.isLeft) {
      this.#setFast(false);
    }
    if (this.#isFast || this.#sent > 0) this.#notifier.wakeup();
    return this.timeout();
  }

  timeout(): Response {
    const dueMs = this.#owner.lookAtAsked();
    return dueMs === Infinity ? ok() : ok().deadline(dueMs);
  }

  #setFast(isFast: boolean): void {
    if (isFast === this.#isFast) return;
    this.#isFast = isFast;
    Atomics.store(this.#words, threadWords.awake, isFast ? 1 : 0);
  }

  /** Orders that were sent and not taken yet. */
  get #sent(): number {
    return (Atomics.load(this.#words, threadWords.sent) - this.#taken) | 0;
  }

  #takeOrders(): void {
    for (let count = 0; count < ORDERS_PER_TURN && this.#sent > 0; count++) {
      const order = this.#next();
      if (order === undefined) return;
      Atomics.store(this.#words, threadWords.taken, ++this.#taken);
      this.#owner.take(order);
    }
  }

  #next(): Order | undefined {
    const order = this.#slots.read(this.#taken);
    if (order !== undefined) return order as unknown as CallOrder;
    return (receiveMessageOnPort(this.#port) as { message: Order } | undefined)?.message;
  }
}

import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import type { Machine } from "../machine/machine.ts";
import { ok, type Response } from "../machine/response.ts";
import type { Scope } from "../machine/scope.ts";
import { type Order, threadWords } from "./thread_messages.ts";

/** Orders taken in one turn; the other machines have their turn before more are. */
const ORDERS_PER_TURN = 256;

/** While machines are asked to end, the mailbox looks this often whether they have. */
const LOOK_MS = 5;

/** Who acts on what is in the mailbox. */
export interface MailboxOwner {
  /** Does what was ordered; never throws. */
  take(order: Order): void;
  /** Looks whether the machines that were asked to end have. Returns whether to look again. */
  lookAtAsked(): boolean;
}

/**
 * The machine through which a loop thread's owner reaches it. Orders wait in a message port, which
 * can be read while the thread does not return to its runtime; the notifier wakes the loop.
 *
 * No order is lost: it is in the port and counted before the wake-up is sent, and every wake-up is
 * followed by a turn that takes all that were counted, or wakes the machine again.
 */
export class Mailbox implements Machine {
  readonly #port: MessagePort;
  readonly #words: Int32Array;
  readonly #owner: MailboxOwner;
  #taken = 0;

  constructor(port: MessagePort, words: Int32Array, owner: MailboxOwner) {
    this.#port = port;
    this.#words = words;
    this.#owner = owner;
  }

  wakeup(scope: Scope): Response {
    const end = this.#taken + ORDERS_PER_TURN;
    while (this.#taken < end) {
      if (((this.#taken - Atomics.load(this.#words, threadWords.sent)) | 0) >= 0) break;
      const received = receiveMessageOnPort(this.#port) as { message: Order } | undefined;
      if (received === undefined) break;
      this.#taken++;
      this.#owner.take(received.message);
    }
    if (this.#taken === end) scope.notifier().wakeup();
    return this.timeout(scope);
  }

  timeout(scope: Scope): Response {
    return this.#owner.lookAtAsked() ? ok().deadline(scope.after(LOOK_MS)) : ok();
  }
}

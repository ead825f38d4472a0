/** The thread of wakeup.ts: its machine wakes whoever wakes it. */
import { type CallScope, type Machine, type Notifier, notifierFrom, ok } from "../src/mod.ts";
import type { NotifierAddress, Response } from "../src/mod.ts";

/** Answers a wake-up with one. */
class Answerer implements Machine {
  readonly #caller: Notifier;

  constructor(caller: Notifier) {
    this.#caller = caller;
  }

  wakeup(): Response {
    this.#caller.wakeup();
    return ok();
  }
}

/** Makes a machine, and returns the address of its notifier. */
export function answer({ loop }: CallScope, caller: NotifierAddress): NotifierAddress {
  let address!: NotifierAddress;
  loop.addMachine((scope) => {
    address = scope.notifier().address();
    return ok(new Answerer(notifierFrom(caller)));
  });
  return address;
}

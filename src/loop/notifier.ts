import { openLibrary } from "../../ffi/libuv/library.ts";
import type { Pointer } from "../../ffi/runtime/contract.ts";
import { runtime } from "../../ffi/runtime/current.ts";
import type { Notifier, NotifierAddress, WakeupAnswer } from "../machine/scope.ts";
import type { LoopCore } from "./loop_core.ts";
import { type WakeOutcome, Wakeups } from "./wakeups.ts";

const answers: Readonly<Record<WakeOutcome, WakeupAnswer>> = {
  kept: "ok",
  send: "ok",
  early: "retry",
  closed: "closed",
};

/**
 * A notifier on the loop's own thread. A loop that runs cannot be asleep while code of its thread
 * runs, so nothing is sent: it looks before it sleeps. One that is pumped is roused.
 */
export class LocalNotifier implements Notifier {
  readonly #core: LoopCore;
  readonly #slot: number;
  readonly #generation: number;

  /** Made by a scope. */
  constructor(core: LoopCore, slot: number, generation: number) {
    this.#core = core;
    this.#slot = slot;
    this.#generation = generation;
  }

  wakeup(): WakeupAnswer {
    const { wakeups, rouse } = this.#core;
    const outcome = wakeups.wake(this.#slot, this.#generation);
    rouse?.();
    return answers[outcome];
  }

  address(): NotifierAddress {
    return {
      control: this.#core.wakeups.buffer,
      slot: this.#slot,
      generation: this.#generation,
    };
  }
}

/** A notifier in any other thread. */
class RemoteNotifier implements Notifier {
  readonly #wakeups: Wakeups;
  readonly #address: NotifierAddress;
  #async: Pointer | null = null;

  constructor(address: NotifierAddress) {
    this.#wakeups = new Wakeups(address.control);
    this.#address = address;
  }

  wakeup(): WakeupAnswer {
    const { slot, generation } = this.#address;
    if (this.#wakeups.isKept(slot, generation)) return "ok";
    this.#wakeups.enter();
    try {
      const outcome = this.#wakeups.wake(slot, generation);
      if (outcome === "send" && !this.#wakeups.rouse()) this.#send();
      return answers[outcome];
    } finally {
      this.#wakeups.leave();
    }
  }

  address(): NotifierAddress {
    return this.#address;
  }

  /** SAFETY: the loop closes its async handle only when no sender is counted in. */
  #send(): void {
    this.#async ??= runtime().pointer(this.#wakeups.asyncAddress);
    openLibrary().core.uv_async_send(this.#async);
  }
}

/**
 * Makes a notifier of an address that came from another thread.
 *
 * @throws {TypeError} for a value that is no address
 * @throws {LibraryError} where libuv cannot be opened in this thread
 */
export function notifierFrom(address: NotifierAddress): Notifier {
  const { control, slot, generation } = address ?? {};
  const isAddress = control instanceof SharedArrayBuffer && Wakeups.hasShape(control) &&
    isIndex(slot) && Number.isInteger(generation);
  if (!isAddress) {
    throw new TypeError("notifierFrom() takes what address() of a notifier returned");
  }
  openLibrary();
  return new RemoteNotifier({ control, slot, generation });
}

function isIndex(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0;
}

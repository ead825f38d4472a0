import { uv_handle_type } from "../../ffi/libuv/constants.ts";
import { family } from "../../ffi/libuv/family.ts";
import { recordWords } from "../../ffi/memory/ring.ts";
import type { LoopCore } from "../loop/loop_core.ts";
import type { MachineEntry } from "../loop/machine_entry.ts";
import type { Signal, SignalOptions } from "../io/signal.ts";
import { boolean, optionsObject } from "./argument.ts";
import { BaseHandle } from "./handle.ts";
import { signalNumber } from "./signal_numbers.ts";
import { unwatching, watching } from "./signal_watch.ts";

const oneshot = family(["uv_signal_start_oneshot"]);

/**
 * Signals that a runtime lives by: its crashes, breakpoints and guard pages (ILL, TRAP, ABRT, BUS,
 * FPE, SEGV), Bun's way to halt threads for a collection (PWR), and the C library's own (SYS, 32,
 * 33). A watcher would take them away.
 */
const reserved: ReadonlySet<number> = new Set([4, 5, 6, 7, 8, 11, 30, 31, 32, 33]);

/** A `uv_signal_t`; see `Signal`. */
export class SignalHandle extends BaseHandle implements Signal {
  readonly kind = "signal";
  /** The signal that is watched; 0 for none. */
  #signum = 0;
  #isOnce = false;

  /** Made by a scope (`uv_signal_init`). */
  constructor(core: LoopCore, owner: MachineEntry) {
    super(core, uv_handle_type.UV_SIGNAL, owner);
    this.checkInit(core.native.uv.uv_signal_init(core.native.pointer, this.pointer));
  }

  start(name: string | number, options: SignalOptions = {}): void {
    const signum = watchableSignal(name);
    const { once = false } = optionsObject(options);
    const isOnce = boolean(once, "once");
    this.assertOpen("watch a signal"); // the options may have run code of the user's
    // libuv stops a watcher for one signal by itself, before its event is told.
    const isNew = signum !== this.#signum || isOnce !== this.#isOnce || !this.isAtWork();
    const { callbacks } = this.core.native;
    if (isNew) {
      this.#unwatch(() => void this.core.native.uv.uv_signal_stop(this.pointer));
      this.#watches(0);
    }
    const start = isOnce ? oneshot().uv_signal_start_oneshot : this.core.native.uv.uv_signal_start;
    const status = watching(signum, () => start(this.pointer, callbacks.on_signal, signum));
    this.check(status, "watch", `signal ${name}`);
    this.#isOnce = isOnce;
    this.#signum = signum;
  }

  stop(): void {
    this.assertOpen("stop it");
    this.#unwatch(() => this.check(this.core.native.uv.uv_signal_stop(this.pointer), "stop"));
    this.#watches(0);
  }

  override close(): void {
    this.assertOpen("close it");
    this.#unwatch(() => super.close());
  }

  protected onRecord(_kind: number, words: Int32Array, at: number): void {
    const { event } = this.core;
    const signum = words[at + recordWords.a] as number;
    event.signum = signum;
    event.count = this.cell.takePending();
    if (this.#isOnce) {
      this.#signum = 0;
      unwatching(signum, () => {}); // libuv has stopped it
    }
    this.deliver("signal");
  }

  #unwatch(stop: () => void): void {
    if (this.#signum === 0) stop();
    else unwatching(this.#signum, stop);
  }

  /** Another signal, or none: those of this turn that were not told yet are dropped. */
  #watches(signum: number): void {
    this.#signum = signum;
    this.dropRecords();
    this.cell.takePending();
  }
}

function watchableSignal(name: string | number): number {
  const signum = signalNumber(name);
  if (reserved.has(signum)) throw new RangeError(`Signal ${name} is reserved for the runtime`);
  return signum;
}

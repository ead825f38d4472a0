import { uv_handle_type } from "../../ffi/libuv/constants.ts";
import { recordWords } from "../../ffi/memory/ring.ts";
import type { LoopCore } from "../loop/loop_core.ts";
import type { MachineEntry } from "../loop/machine_entry.ts";
import type { Signal } from "../io/signal.ts";
import { integer, string } from "./argument.ts";
import { BaseHandle } from "./handle.ts";
import { signalNumbers } from "./signal_numbers.ts";

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

  /** Made by a scope (`uv_signal_init`). */
  constructor(core: LoopCore, owner: MachineEntry) {
    super(core, uv_handle_type.UV_SIGNAL, owner);
    this.checkInit(core.native.uv.uv_signal_init(core.native.pointer, this.pointer));
  }

  start(name: string | number): void {
    this.assertOpen("watch a signal");
    const signum = signalNumber(name);
    const { uv, callbacks } = this.core.native;
    const status = uv.uv_signal_start(this.pointer, callbacks.on_signal, signum);
    this.check(status, "watch", `signal ${name}`);
    if (signum !== this.#signum) this.#watches(signum);
  }

  stop(): void {
    this.assertOpen("stop it");
    this.check(this.core.native.uv.uv_signal_stop(this.pointer), "stop");
    this.#watches(0);
  }

  protected onRecord(_kind: number, words: Int32Array, at: number): void {
    const { event } = this.core;
    event.signum = words[at + recordWords.a] as number;
    event.count = this.cell.takePending();
    this.deliver("signal");
  }

  /** Another signal, or none: those of this turn that were not told yet are dropped. */
  #watches(signum: number): void {
    this.#signum = signum;
    this.dropRecords();
    this.cell.takePending();
  }
}

function signalNumber(name: string | number): number {
  const signum = typeof name === "number" ? integer(name, "A signal", 1, 64) : numberOf(name);
  if (reserved.has(signum)) throw new RangeError(`Signal ${name} is reserved for the runtime`);
  return signum;
}

function numberOf(name: string): number {
  string(name, "A signal");
  if (!Object.hasOwn(signalNumbers, name)) throw new RangeError(`There is no signal ${name}`);
  return signalNumbers[name] as number;
}

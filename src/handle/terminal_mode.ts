import process from "node:process";
import { SavedTerminals } from "../../ffi/terminal/saved_terminals.ts";
import { signalName } from "./signal_numbers.ts";

/** Nothing is saved. */
const NONE = -1;

let saved: SavedTerminals | undefined;

/** Whether the program has asked the runtime for a signal. */
function hasListener(signum: number): boolean {
  return process.listenerCount(signalName(signum)) > 0;
}

const restoreAll = (): void => saved?.restoreAll();

/** How a terminal was before a handle has changed its mode; written back at the latest at exit. */
export class TerminalMode {
  readonly #fd: number;
  #index = NONE;

  /** @param fd of the handle */
  constructor(fd: number) {
    this.#fd = fd;
  }

  /** Notes how the terminal is, before its mode is changed. Returns 0 or an error. Linux only. */
  save(): number {
    if (this.#index !== NONE || !SavedTerminals.isSupported) return 0;
    saved ??= new SavedTerminals(hasListener);
    const index = saved.save(this.#fd);
    if (index < 0) return index;
    if (saved.count === 1) process.on("exit", restoreAll);
    this.#index = index;
    return 0;
  }

  /** Writes it back, though other handles of the terminal may have other wishes. */
  restore(): void {
    if (this.#index !== NONE) saved?.restore(this.#index);
  }

  /**
   * Forgets it; writes it back before, unless another handle of the terminal will. False where
   * nothing is saved.
   */
  release(): boolean {
    if (this.#index === NONE) return false;
    saved?.remove(this.#index);
    this.#index = NONE;
    if (saved?.count === 0) process.off("exit", restoreAll);
    return true;
  }
}

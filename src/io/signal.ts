import type { Handle } from "./handle.ts";

/** How a signal is watched. */
export interface SignalOptions {
  /** Stops with the first signal, whose default is back at once for those after it: false. */
  readonly once?: boolean;
}

/**
 * A watcher of a signal (`uv_signal_t`). Any number of them, on loops of any threads, each hear it.
 *
 * While one watches, the runtime's own listener (`process.on`) for that signal does not hear it,
 * unless it is added later: then Bun takes the signal from us, until the next `start`, and Deno
 * tells both. When the last one stops, the process does at the signal what it did before.
 */
export interface Signal extends Handle {
  readonly kind: "signal";
  /**
   * Watches (`uv_signal_start`, `uv_signal_start_oneshot`): `signal` events. Called again it
   * watches that signal instead, or takes this one back from who took it since.
   *
   * @param name `SIGINT`, ... or a number
   * @throws {RangeError} for a signal that the runtime itself lives by: SIGSEGV, SIGPWR, ...
   * @throws {UvError} EINVAL for those that nobody can watch: SIGKILL, SIGSTOP
   */
  start(name: string | number, options?: SignalOptions): void;
  /** Stops watching (`uv_signal_stop`). */
  stop(): void;
}

/** `count` signals since the last event, coalesced as the kernel does. */
export type SignalEvent = {
  readonly kind: "signal";
  readonly handle: Signal;
  readonly signum: number;
  readonly count: number;
};

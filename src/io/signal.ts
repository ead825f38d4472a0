import type { Handle } from "./handle.ts";

/** A watcher of a signal (`uv_signal_t`). */
export interface Signal extends Handle {
  readonly kind: "signal";
  /**
   * Watches (`uv_signal_start`): `signal` events.
   *
   * @param name `SIGINT`, ... or a number
   * @throws {RangeError} for a signal that the runtime itself lives by: SIGSEGV, SIGPWR, ...
   * @throws {UvError} EINVAL for those that nobody can watch: SIGKILL, SIGSTOP
   */
  start(name: string | number): void;
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

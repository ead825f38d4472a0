import type { Stream } from "./stream.ts";

/**
 * How a terminal treats what is typed (`uv_tty_mode_t`).
 *
 * - `normal`: as it was found: lines, echo, Ctrl-C makes a SIGINT
 * - `raw`: each key at once, no echo, no signals; a line feed still moves to the first column
 * - `io`: bytes pass as they are in both directions
 * - `rawVt`: as `raw`, where a terminal has to be told that it is one (Windows; libuv 1.51)
 */
export type TtyMode = "normal" | "raw" | "io" | "rawVt";

/** What a terminal shows, in characters. */
export interface WindowSize {
  readonly columns: number;
  readonly rows: number;
}

/**
 * A terminal (`uv_tty_t`), on a descriptor of its own: the one that it was made from stays as it
 * was, and must be closed by whoever has opened it. A terminal is connected from the start.
 *
 * A mode other than `normal` ends with the handle, with its loop, and with the process.
 */
export interface Tty extends Stream {
  readonly kind: "tty";
  /** The mode that was set last: `normal` at first, however the terminal was found. */
  readonly mode: TtyMode;
  /**
   * Sets the mode (`uv_tty_set_mode`).
   *
   * @throws {RangeError} for an unknown mode
   * @throws {UvError} ENOSYS for `rawVt` where libuv is older than 1.51
   */
  setMode(mode: TtyMode): void;
  /**
   * The size of the window (`uv_tty_get_winsize`): 0 and 0 where the terminal was never told.
   * SIGWINCH says that it has changed.
   */
  windowSize(): WindowSize;
}

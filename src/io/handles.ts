import type { Async } from "./async.ts";
import type { Pipe } from "./pipe.ts";
import type { Signal } from "./signal.ts";
import type { Tcp } from "./tcp.ts";
import type { Timer } from "./timer.ts";

/** The handles that a machine can make. They are its own: it hears of them, and they end with it. */
export interface Handles {
  /** A TCP socket (`uv_tcp_init`). */
  tcp(): Tcp;
  /** A unix domain socket (`uv_pipe_init`). */
  pipe(): Pipe;
  /** A timer (`uv_timer_init`); a machine's deadlines are cheaper. */
  timer(): Timer;
  /** A wake-up that code in other threads can send by its address (`uv_async_init`). */
  async(): Async;
  /** A watcher of a signal (`uv_signal_init`). */
  signal(): Signal;
}

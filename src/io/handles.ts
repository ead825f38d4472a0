import type { Async } from "./async.ts";
import type { Check } from "./check.ts";
import type { FsEvent } from "./fs_event.ts";
import type { FsPoll } from "./fs_poll.ts";
import type { Idle } from "./idle.ts";
import type { Pipe, PipeOptions } from "./pipe.ts";
import type { Poll } from "./poll.ts";
import type { Prepare } from "./prepare.ts";
import type { Process, ProcessOptions } from "./process.ts";
import type { Signal } from "./signal.ts";
import type { Tcp } from "./tcp.ts";
import type { Timer } from "./timer.ts";
import type { Tty } from "./tty.ts";
import type { Udp, UdpOptions } from "./udp.ts";

/** The handles that a machine can make. They are its own: they report to it, and end with it. */
export interface Handles {
  /** A TCP socket (`uv_tcp_init`). */
  tcp(): Tcp;
  /** A unix domain socket (`uv_pipe_init`). */
  pipe(options?: PipeOptions): Pipe;
  /**
   * A pipe of which both ends are here (`uv_pipe`): the one to read, then the one to write.
   *
   * @throws {UvError} EMFILE
   */
  pipePair(): [Pipe, Pipe];
  /** Two unix domain sockets that are connected (`uv_socketpair`). @throws {UvError} EMFILE */
  socketPair(options?: PipeOptions): [Pipe, Pipe];
  /**
   * A UDP socket (`uv_udp_init_ex`).
   *
   * @throws {RangeError} for datagrams that are longer than the blocks of the loop
   */
  udp(options?: UdpOptions): Udp;
  /** A timer (`uv_timer_init`); a machine's deadlines are cheaper. */
  timer(): Timer;
  /** A wake-up that code in other threads can send by its address (`uv_async_init`). */
  async(): Async;
  /**
   * A terminal (`uv_tty_init`), on a duplicate of a descriptor.
   *
   * @param fd 0, 1 or 2, or one that was opened
   * @throws {UvError} EINVAL for a descriptor that is no terminal, EBADF for a closed one
   */
  tty(fd: number): Tty;
  /** A watcher of a file or a directory (`uv_fs_event_init`). */
  fsEvent(): FsEvent;
  /** A watcher that asks again and again (`uv_fs_poll_init`). */
  fsPoll(): FsPoll;
  /**
   * A watcher of a descriptor (`uv_poll_init`), on a duplicate.
   *
   * @throws {UvError} EPERM for a file or a directory, EBADF for a closed descriptor
   */
  poll(fd: number): Poll;
  /** A hook before each poll (`uv_prepare_init`). */
  prepare(): Prepare;
  /** A hook after each poll (`uv_check_init`). */
  check(): Check;
  /** Work for each turn (`uv_idle_init`). */
  idle(): Idle;
  /** A watcher of a signal (`uv_signal_init`). */
  signal(): Signal;
  /**
   * Starts a child process (`uv_spawn`): an `exit` event tells its end.
   *
   * @throws {TypeError} for options of a wrong type
   * @throws {RangeError} for values that cannot be: an empty `file`, a NUL in a text
   * @throws {UvError} where the program cannot be run: ENOENT, EACCES, EPERM; nothing is left then
   */
  process(options: ProcessOptions): Process;
}

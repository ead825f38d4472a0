import type { Handle } from "./handle.ts";
import type { Pipe } from "./pipe.ts";
import type { Stream } from "./stream.ts";

/** A pipe between a child and the machine that starts it (`UV_CREATE_PIPE`). */
export interface ProcessPipe {
  /** Where its bytes go. */
  readonly pipe: "toChild" | "fromChild" | "both";
  /** Lets handles be passed over it, which goes both ways: see `Pipe.sendHandle`; false. */
  readonly ipc?: boolean;
  /** Makes the child's end an overlapped one, on Windows (`UV_OVERLAPPED_PIPE`): false. */
  readonly overlapped?: boolean;
}

/**
 * What a child has as a descriptor: nothing (`/dev/null` up to 2); the descriptor of the same
 * number of this process; another descriptor of this process; the socket of a stream of this loop;
 * or a new pipe.
 */
export type ProcessStdio = "ignore" | "inherit" | number | Stream | ProcessPipe;

/** How a child is started (`uv_process_options_t`). */
export interface ProcessOptions {
  /** The program: a path, or a name that is looked for in the PATH of the child's environment. */
  readonly file: string;
  /** Its arguments, without its own name; none by default. */
  readonly args?: readonly string[];
  /** What it is told as its own name (`argv[0]`); `file` by default. */
  readonly argv0?: string;
  /**
   * Its environment, all of it. By default that with which this process was started: what Bun's
   * `process.env` was given since is not in there.
   */
  readonly env?: Readonly<Record<string, string>>;
  /** Where it starts; where this process is by default. A relative `file` is looked for there. */
  readonly cwd?: string;
  /** Its descriptors, from 0 on; 0 to 2 are ignored by default. */
  readonly stdio?: readonly ProcessStdio[];
  /** The user it becomes (`UV_PROCESS_SETUID`). */
  readonly uid?: number;
  /** The group it becomes (`UV_PROCESS_SETGID`). */
  readonly gid?: number;
  /**
   * Makes it the leader of a session of its own, so that it outlives our terminal
   * (`UV_PROCESS_DETACHED`): false.
   */
  readonly detached?: boolean;
  /** Passes the arguments as they are, on Windows: false. */
  readonly windowsVerbatimArguments?: boolean;
  /** Hides its window, on Windows: false. */
  readonly windowsHide?: boolean;
}

/**
 * A child process (`uv_process_t`). It runs when it is there; an `exit` event tells its end, which
 * may come before the end of what it has written to its pipes.
 *
 * To close the handle is to stop listening: the child runs on, and the loop, as long as it is open,
 * collects it when it ends. Kill it before to end it.
 */
export interface Process extends Handle {
  readonly kind: "process";
  /** Its process id (`uv_process_get_pid`); another process may have it after the `exit` event. */
  readonly pid: number;
  /** Whether its end was not told yet. */
  readonly isRunning: boolean;
  /** The pipes that were asked for, by descriptor. They are the machine's, as any other. */
  readonly stdio: readonly (Pipe | undefined)[];
  /**
   * Sends it a signal (`uv_process_kill`).
   *
   * @param signal `SIGTERM` by default; 0 only asks whether that would be allowed
   * @throws {RangeError} for a name or number that is no signal
   * @throws {UvError} ESRCH when it has ended
   */
  kill(signal?: string | number): void;
}

/** What can happen to a child. */
export type ProcessEvent = {
  /** It has ended by itself, with a status, or by a signal (`uv_exit_cb`). */
  readonly kind: "exit";
  readonly handle: Process;
  /** What it returned, 0 to 255; 0 where a signal has ended it. */
  readonly exitStatus: number;
  /** `SIGTERM`, ...; undefined unless a signal has ended it. */
  readonly termSignal: string | undefined;
};

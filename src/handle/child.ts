import { uv_handle_type, uv_poll_event } from "../../ffi/libuv/constants.ts";
import {
  type ChildExit,
  childPid,
  killChild,
  type NativeSpawn,
  openPidfd,
  reapChild,
  signalPidfd,
  spawnChild,
} from "../../ffi/libuv/child_process.ts";
import { errorNumber } from "../../ffi/libuv/error_number.ts";
import { family } from "../../ffi/libuv/family.ts";
import { recordWords } from "../../ffi/memory/ring.ts";
import type { LoopCore } from "../loop/loop_core.ts";
import { closeFd } from "./adopted_fd.ts";
import { BaseHandle } from "./handle.ts";
import { leaveOrphan, reapOrphans } from "./orphans.ts";
import { signalNumbers } from "./signal_numbers.ts";
import { leaveToRuntime, unwatching, watching } from "./signal_watch.ts";

const poll = family(["uv_poll_init", "uv_poll_start"]);
const SIGCHLD = signalNumbers["SIGCHLD"] as number;
const SIGKILL = signalNumbers["SIGKILL"] as number;

/** What a child is started with, besides its loop and its handle. */
export type ChildOptions = Omit<NativeSpawn, "loop" | "handle" | "callback">;

/**
 * The native half of a child (`uv_process_t`). It belongs to no machine: it lives until the child
 * has ended and was collected, or the loop closes, so that no zombie is left by a machine that does
 * not wait.
 *
 * libuv learns of the end by SIGCHLD, which whoever listens last takes from it: in Bun any
 * `process.on("SIGCHLD")`. So where there are descriptors of processes (Linux from 5.3 on) a
 * watcher of one looks too, and collects the child if libuv has not; and a listener that the
 * runtime had for SIGCHLD keeps it.
 */
export class Child extends BaseHandle {
  readonly kind = "process";
  private _pid = 0;
  private _watch: PidfdWatch | undefined;
  private _listener: ((exit: ChildExit) => void) | undefined;

  /** Made by `Child.start`. */
  private constructor(core: LoopCore) {
    super(core, uv_handle_type.UV_PROCESS, undefined);
  }

  /**
   * Starts a child (`uv_spawn`).
   *
   * @param listener is told its end, unless `forget` is called before
   * @returns the child, or an error; nothing is left then but a handle that is closing
   */
  static start(
    core: LoopCore,
    options: ChildOptions,
    listener: (exit: ChildExit) => void,
  ): Child | number {
    reapOrphans();
    const child = new Child(core);
    const status = child._spawn(options);
    if (status < 0) {
      child._abandon();
      return status;
    }
    child._listener = listener;
    return child;
  }

  /** Its process id. */
  get pid(): number {
    return this._pid;
  }

  /** Nobody wants to be told its end any more. */
  forget(): void {
    this._listener = undefined;
  }

  /** Sends it a signal: 0, or an error. */
  kill(signum: number): number {
    if (this.state !== "open") return errorNumber("UV_ESRCH");
    if (this._watch !== undefined) return signalPidfd(this._watch.fd, signum);
    return killChild(this.pointer, signum);
  }

  override close(): void {
    if (this._pid > 0) leaveOrphan(this._pid);
    this._end();
  }

  /** Its descriptor is readable: it has ended. libuv may have collected it, and told so. */
  ended(): void {
    if (this.state !== "open") return;
    const exit = reapChild(this._pid);
    if (exit === "running") return;
    if (exit !== "gone") this._tell(exit);
  }

  protected onRecord(_kind: number, words: Int32Array, at: number): void {
    const termSignal = words[at + recordWords.a] as number;
    this._tell({ exitStatus: words[at + recordWords.b] as number, termSignal });
  }

  private _spawn(options: ChildOptions): number {
    const { native } = this.core;
    const { pointer: loop, callbacks } = native;
    const handle = this.pointer;
    const spawn = { ...options, loop, handle, callback: callbacks.on_exit };
    const status = watching(SIGCHLD, () => spawnChild(spawn));
    if (status < 0) return status;
    this._pid = childPid(handle);
    this.core.background.add(this);
    const fd = openPidfd(this._pid);
    if (fd < 0) return 0; // libuv alone has to hear of it
    this._watch = PidfdWatch.start(this, fd);
    if (this._watch !== undefined) leaveToRuntime(SIGCHLD);
    return 0;
  }

  /** A child that did not start, or, if its pipes could not be opened, must not go on. */
  private _abandon(): void {
    if (this.isAtWork()) {
      this._pid = childPid(this.pointer);
      killChild(this.pointer, SIGKILL);
    }
    this.close();
  }

  private _tell(exit: ChildExit): void {
    const listener = this._listener;
    this._end(); // first: its process id is free, and libuv must not wait for another's child
    listener?.(exit);
  }

  private _end(): void {
    this.core.background.delete(this);
    this._listener = undefined;
    if (this._watch?.state === "open") this._watch.close();
    unwatching(SIGCHLD, () => super.close());
  }
}

/** A watcher of a descriptor of a process (`uv_poll_t`): it is readable when the process ends. */
class PidfdWatch extends BaseHandle {
  readonly kind = "process";
  readonly fd: number;
  private readonly _child: Child;

  private constructor(child: Child, fd: number) {
    super(child.core, uv_handle_type.UV_POLL, undefined);
    this._child = child;
    this.fd = fd;
    this.checkInit(poll().uv_poll_init(this.core.native.pointer, this.pointer, fd));
  }

  /** Takes the descriptor over. Undefined where it cannot be watched. */
  static start(child: Child, fd: number): PidfdWatch | undefined {
    let watch: PidfdWatch;
    try {
      watch = new PidfdWatch(child, fd);
    } catch {
      closeFd(fd);
      return undefined;
    }
    const { on_poll } = child.core.native.callbacks;
    poll().uv_poll_start(watch.pointer, uv_poll_event.UV_READABLE, on_poll);
    return watch;
  }

  protected onRecord(): void {
    this._child.ended();
  }

  protected override onClosed(): void {
    closeFd(this.fd);
  }
}

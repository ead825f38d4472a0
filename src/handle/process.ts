import { uv_handle_type } from "../../ffi/libuv/constants.ts";
import type { ChildExit } from "../../ffi/libuv/child_process.ts";
import { errorNumber } from "../../ffi/libuv/error_number.ts";
import { family } from "../../ffi/libuv/family.ts";
import { ClosedError } from "../error/closed_error.ts";
import { UvError } from "../error/uv_error.ts";
import type { Pipe } from "../io/pipe.ts";
import type { Process, ProcessOptions } from "../io/process.ts";
import type { LoopCore } from "../loop/loop_core.ts";
import type { MachineEntry } from "../loop/machine_entry.ts";
import { Child, type ChildOptions } from "./child.ts";
import { BaseHandle } from "./handle.ts";
import type { PipeHandle } from "./pipe.ts";
import { processPlan } from "./process_plan.ts";
import { signalName, signalNumber } from "./signal_numbers.ts";
import type { WritableHandle } from "./writable_handle.ts";

const blocking = family(["uv_stream_set_blocking"]);

/**
 * What a machine has of a child; see `Process`. The `uv_process_t` belongs to `Child`, which may
 * outlive this: the handle here is a check that never runs, so that it closes as any other does.
 */
export class ProcessHandle extends BaseHandle implements Process {
  readonly kind = "process";
  readonly pid: number;
  readonly stdio: readonly (Pipe | undefined)[];
  private readonly _child: Child;
  private readonly _file: string;
  private _isRunning = true;

  private constructor(core: LoopCore, options: ChildOptions, stdio: readonly (Pipe | undefined)[]) {
    super(core, uv_handle_type.UV_CHECK, undefined);
    this.checkInit(core.native.uv.uv_check_init(core.native.pointer, this.pointer));
    this._file = options.file;
    this.stdio = stdio;
    const child = Child.start(core, options, (exit) => this._exited(exit));
    if (typeof child === "number") {
      this._isRunning = false;
      super.close();
      throw new UvError(child, "start", options.file);
    }
    this._child = child;
    this.pid = child.pid;
  }

  /**
   * Starts a child for a machine; see `Scope.process`.
   *
   * @throws {TypeError} for options of a wrong type
   * @throws {RangeError} for values that cannot be: an empty name, a NUL in a text
   * @throws {UvError} where the program cannot be run: ENOENT, EACCES, EPERM; nothing is left then
   */
  static start(owner: MachineEntry, options: ProcessOptions): ProcessHandle {
    const { core } = owner;
    const plan = processPlan(core, options);
    const pipes: (PipeHandle | undefined)[] = [];
    if (!owner.alive || !core.isOpen) throw new ClosedError("machine", "start a process");
    for (const stream of plan.shared) {
      if (stream.state !== "open") throw new ClosedError(stream.kind, "pass it to a child");
      core.writer.flush(stream); // before it may block
    }
    let handle: ProcessHandle;
    try {
      for (const make of plan.pipes) pipes.push(make?.());
      handle = new ProcessHandle(core, plan.options(pipes), pipes);
    } catch (error) {
      for (const pipe of pipes) pipe?.close();
      plan.shared.forEach(unblock); // what was to be the child has made them block before it failed
      throw error;
    }
    if (plan.shared.length > 0) core.later.push(() => plan.shared.forEach(unblock));
    for (const pipe of pipes) pipe?.opened(owner);
    handle.moveTo(owner);
    return handle;
  }

  get isRunning(): boolean {
    return this._isRunning;
  }

  kill(signal: string | number = "SIGTERM"): void {
    this.assertOpen("kill it");
    const signum = signal === 0 ? 0 : signalNumber(signal);
    const subject = `${this._file} (${this.pid})`;
    this.check(
      this._isRunning ? this._child.kill(signum) : errorNumber("UV_ESRCH"),
      "kill",
      subject,
    );
  }

  protected onRecord(): void {}

  protected override onClosing(): void {
    if (this._isRunning) this._child.forget();
    this._isRunning = false;
  }

  private _exited({ exitStatus, termSignal }: ChildExit): void {
    this._isRunning = false;
    const { event } = this.core;
    event.exitStatus = exitStatus;
    event.termSignal = termSignal === 0 ? undefined : signalName(termSignal);
    this.deliver("exit");
  }
}

/** A stream that was not left to the child: the loop must not block on it. */
function unblock(stream: WritableHandle): void {
  if (stream.state === "open") blocking().uv_stream_set_blocking(stream.pointer, 0);
}

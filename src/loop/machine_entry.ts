import { ClosedError } from "../error/closed_error.ts";
import { StateError } from "../error/state_error.ts";
import { AsyncHandle } from "../handle/async.ts";
import { type BaseHandle, isBaseHandle } from "../handle/handle.ts";
import { PipeHandle } from "../handle/pipe.ts";
import { SignalHandle } from "../handle/signal.ts";
import { TcpHandle } from "../handle/tcp.ts";
import { TimerHandle } from "../handle/timer.ts";
import type { Async } from "../io/async.ts";
import type { Handle } from "../io/handle.ts";
import type { Pipe } from "../io/pipe.ts";
import type { Resolve, ResolveOptions } from "../io/resolve.ts";
import type { Signal } from "../io/signal.ts";
import type { Tcp } from "../io/tcp.ts";
import type { Timer } from "../io/timer.ts";
import type { Block } from "../memory/block.ts";
import type { BlockSource } from "../memory/block_source.ts";
import type { Notifier, Scope } from "../machine/scope.ts";
import type { BaseRequest } from "../request/request.ts";
import { resolve } from "../request/resolve.ts";
import type { LoopCore } from "./loop_core.ts";
import type { AnyMachine } from "./machine_table.ts";
import { LocalNotifier } from "./notifier.ts";

/** No deadline node was needed yet. */
const NO_NODE = -1;

/** A machine in its slot; also the scope that its handlers are given. */
export class MachineEntry implements Scope {
  readonly core: LoopCore;
  /** Where it lives; set by the table. */
  slot = -1;
  generation = 0;
  /** The machine as it is now; its answers may replace it. */
  machine: AnyMachine = {};
  /** Whether it still lives. */
  alive = true;
  /** The handles that close with it. */
  readonly handles: BaseHandle[] = [];
  /** The requests that are under way; most machines never have one. */
  requests: Set<BaseRequest<unknown>> | undefined = undefined;
  private _node = NO_NODE;
  private _named: Map<string, number> | undefined;

  /** Made by the table, which then places it. */
  constructor(core: LoopCore) {
    this.core = core;
  }

  get context(): unknown {
    if (!this.core.machines.hasContext) {
      throw new StateError("use the context", "the loop is not instantiated yet");
    }
    return this.core.machines.context;
  }

  get now(): number {
    return this.core.now;
  }

  after(delayMs: number): number {
    this._assertAlive("tell the time");
    return this.core.now + finite(delayMs, "A delay");
  }

  notifier(): Notifier {
    this._assertAlive("make a notifier");
    return new LocalNotifier(this.core, this.slot, this.generation);
  }

  shutdownLoop(): void {
    this._assertAlive("stop the loop");
    this.core.stopRequested = true;
  }

  get blocks(): BlockSource {
    return this.core.pool;
  }

  wakeWhenRoom(): void {
    this._assertAlive("wait for room");
    this.core.machines.wakeWhenRoom(this);
  }

  report(error: unknown): void {
    this._assertAlive("report an error");
    this.core.machines.report(this, error);
  }

  tcp(): Tcp {
    return new TcpHandle(this.core, this._owner("make a tcp"));
  }

  pipe(): Pipe {
    return new PipeHandle(this.core, this._owner("make a pipe"));
  }

  timer(): Timer {
    return new TimerHandle(this.core, this._owner("make a timer"));
  }

  async(): Async {
    return new AsyncHandle(this.core, this._owner("make an async"));
  }

  signal(): Signal {
    return new SignalHandle(this.core, this._owner("watch signals"));
  }

  resolve(host: string, options?: ResolveOptions): Resolve {
    return resolve(this._owner("resolve a name"), host, options);
  }

  leaseBlock(): Block | undefined {
    this._assertAlive("lease a block");
    return this.core.pool.lease();
  }

  register(handle: Handle): void {
    this._assertAlive("register a handle");
    if (!isBaseHandle(handle)) throw new TypeError("register() takes a handle of this loop");
    handle.moveTo(this);
  }

  setDeadline(name: string, timeMs: number): void {
    this._assertAlive("set a deadline");
    if (typeof name !== "string" || name === "") throw new TypeError("A deadline has a name");
    const { deadlines } = this.core;
    this._named ??= new Map();
    let node = this._named.get(name);
    if (node === undefined) {
      node = this.core.machines.allocateNode(this, name);
      this._named.set(name, node);
    }
    deadlines.set(node, Math.max(finite(timeMs, "A deadline"), this.core.now));
  }

  clearDeadline(name: string): void {
    this._assertAlive("clear a deadline");
    const node = this._named?.get(name);
    if (node !== undefined) this.core.deadlines.clear(node);
  }

  /** Sets the deadline of `ok()`; Infinity clears it. A time that has passed is now. */
  setOwnDeadline(timeMs: number): void {
    if (this._node === NO_NODE) {
      if (timeMs === Infinity) return;
      this._node = this.core.machines.allocateNode(this, undefined);
    }
    this.core.deadlines.set(this._node, Math.max(timeMs, this.core.now));
  }

  /** Closes what the machine has open, and lets go of its requests, when it has ended. */
  closeHandles(): void {
    for (const handle of this.handles) if (handle.state === "open") handle.close();
    for (const request of this.requests ?? []) request.abandon();
  }

  /** Gives back what the machine held of the loop, when it has ended. */
  releaseDeadlines(): void {
    const { machines } = this.core;
    if (this._node !== NO_NODE) machines.freeNode(this._node);
    for (const node of this._named?.values() ?? []) machines.freeNode(node);
    this._node = NO_NODE;
    this._named = undefined;
  }

  private _owner(operation: string): this {
    this._assertAlive(operation);
    return this;
  }

  private _assertAlive(operation: string): void {
    if (!this.alive || !this.core.isOpen) throw new ClosedError("machine", operation);
    this.core.rouse?.();
  }
}

function finite(value: number, what: string): number {
  if (typeof value !== "number") throw new TypeError(`${what} is a number of milliseconds`);
  if (Number.isNaN(value)) throw new RangeError(`${what} is a number of milliseconds, not NaN`);
  return value;
}

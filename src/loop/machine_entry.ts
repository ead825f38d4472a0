import type { NativeFunction } from "../../ffi/memory/native_function.ts";
import { ClosedError } from "../error/closed_error.ts";
import { StateError } from "../error/state_error.ts";
import { type Abandonable, lifetimeOf, makeRequest } from "../file/lifetime.ts";
import { PathOperations } from "../file/path_operations.ts";
import { AsyncHandle } from "../handle/async.ts";
import { CheckHandle } from "../handle/check.ts";
import { FsEventHandle } from "../handle/fs_event.ts";
import { FsPollHandle } from "../handle/fs_poll.ts";
import { type BaseHandle, isBaseHandle } from "../handle/handle.ts";
import { IdleHandle } from "../handle/idle.ts";
import { newPipe, pipePair, socketPair } from "../handle/pipe_pair.ts";
import { PollHandle } from "../handle/poll.ts";
import { PrepareHandle } from "../handle/prepare.ts";
import { ProcessHandle } from "../handle/process.ts";
import { SignalHandle } from "../handle/signal.ts";
import { TcpHandle } from "../handle/tcp.ts";
import { TimerHandle } from "../handle/timer.ts";
import { TtyHandle } from "../handle/tty.ts";
import { UdpHandle } from "../handle/udp.ts";
import type { Async } from "../io/async.ts";
import type { Check } from "../io/check.ts";
import type { Directory } from "../io/directory.ts";
import type { File } from "../io/file.ts";
import type { FileSystem } from "../io/file_system.ts";
import type { FsEvent } from "../io/fs_event.ts";
import type { FsPoll } from "../io/fs_poll.ts";
import type { Handle } from "../io/handle.ts";
import type { Idle } from "../io/idle.ts";
import type { Pipe, PipeOptions } from "../io/pipe.ts";
import type { Poll } from "../io/poll.ts";
import type { Prepare } from "../io/prepare.ts";
import type { Process, ProcessOptions } from "../io/process.ts";
import type { NameInfo, NameInfoOptions } from "../io/nameinfo.ts";
import type { Random } from "../io/random.ts";
import type { Resolve, ResolveOptions } from "../io/resolve.ts";
import type { Signal } from "../io/signal.ts";
import type { Tcp } from "../io/tcp.ts";
import type { Timer } from "../io/timer.ts";
import type { Work } from "../io/work.ts";
import type { Tty } from "../io/tty.ts";
import type { Udp, UdpOptions } from "../io/udp.ts";
import type { Block } from "../memory/block.ts";
import type { BlockSource } from "../memory/block_source.ts";
import type { Notifier, Scope } from "../machine/scope.ts";
import type { BaseRequest } from "../request/request.ts";
import { nameinfo } from "../request/nameinfo.ts";
import { random } from "../request/random.ts";
import { resolve } from "../request/resolve.ts";
import { work } from "../request/work.ts";
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
  /** The files and directories that close with it. */
  files: Set<Abandonable> | undefined = undefined;
  private _node = NO_NODE;
  private _named: Map<string, number> | undefined;
  private _fs: FileSystem | undefined;

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

  pipe(options?: PipeOptions): Pipe {
    return newPipe(this._owner("make a pipe"), options);
  }

  pipePair(): [Pipe, Pipe] {
    return pipePair(this._owner("make a pipe"));
  }

  socketPair(options?: PipeOptions): [Pipe, Pipe] {
    return socketPair(this._owner("make a pair of sockets"), options);
  }

  udp(options?: UdpOptions): Udp {
    return new UdpHandle(this.core, this._owner("make a udp"), options);
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

  process(options: ProcessOptions): Process {
    return ProcessHandle.start(this._owner("start a process"), options);
  }

  tty(fd: number): Tty {
    return TtyHandle.open(this.core, this._owner("open a terminal"), fd);
  }

  get fs(): FileSystem {
    return this._fs ??= new PathOperations<"request">((command) =>
      makeRequest(this._owner("use files"), command)
    );
  }

  fsEvent(): FsEvent {
    return new FsEventHandle(this.core, this._owner("watch a path"));
  }

  fsPoll(): FsPoll {
    return new FsPollHandle(this.core, this._owner("watch a path"));
  }

  poll(fd: number): Poll {
    return PollHandle.open(this.core, this._owner("watch a descriptor"), fd);
  }

  prepare(): Prepare {
    return new PrepareHandle(this.core, this._owner("hook into the loop"));
  }

  check(): Check {
    return new CheckHandle(this.core, this._owner("hook into the loop"));
  }

  idle(): Idle {
    return new IdleHandle(this.core, this._owner("hook into the loop"));
  }

  resolve(host: string, options?: ResolveOptions): Resolve {
    return resolve(this._owner("resolve a name"), host, options);
  }

  nameinfo(address: string, port: number, options?: NameInfoOptions): NameInfo {
    return nameinfo(this._owner("name an address"), address, port, options);
  }

  random(byteLength: number): Random {
    return random(this._owner("ask for random bytes"), byteLength);
  }

  work(function_: NativeFunction, argument?: number | bigint): Work {
    return work(this._owner("call a native function"), function_, argument);
  }

  leaseBlock(): Block | undefined {
    this._assertAlive("lease a block");
    return this.core.pool.lease();
  }

  register(handle: Handle | File | Directory): void {
    this._assertAlive("register a handle");
    const lifetime = lifetimeOf(handle);
    if (lifetime !== undefined) return lifetime.moveTo(this);
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
    for (const file of this.files ?? []) file.abandon();
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

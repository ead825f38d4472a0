import { measureIdleTime } from "../../ffi/libuv/idle_time.ts";
import type { Cell } from "../../ffi/memory/cell.ts";
import { NativeLoop } from "../../ffi/native_loop.ts";
import { UvError } from "../error/uv_error.ts";
import type { MemoryError } from "../error/memory_error.ts";
import { BlockPool } from "../memory/block_pool.ts";
import { ParanoidPool } from "../memory/paranoid_pool.ts";
import { type Counters, newCounters } from "./counters.ts";
import { Datagrams } from "./datagrams.ts";
import { Deadlines } from "./deadlines.ts";
import { EventRecord } from "./event_record.ts";
import type { LoopSettings, MachineErrorReport } from "./loop_options.ts";
import { MachineTable } from "./machine_table.ts";
import { Prepares } from "./prepares.ts";
import { Slab, type SlabEntry } from "./slab.ts";
import { Wakeups } from "./wakeups.ts";
import { Writer } from "./writer.ts";

/** A handle or request, as the ring's records name it. */
export interface Target extends SlabEntry {
  /**
   * A record for this target.
   *
   * @param kind of `ffi/thunks/kinds.ts`
   * @param words the ring, in 32-bit words
   * @param at the record's first word
   */
  record(kind: number, words: Int32Array, at: number): void;
  /** What it is and where it came from, for the message of a loop that cannot close. */
  describe(): string;
}

/** A libuv request, in its cell. */
export interface RequestTarget extends Target {
  readonly cell: Cell;
}

/** Something that stopped for want of blocks. */
export interface Starved {
  resumeReading(): void;
}

/** A listener: see `Acceptor.meetLimit`. */
export interface LimitedAcceptor {
  meetLimit(): void;
}

/** Handles and requests that there can be: as many as slots can be numbered. */
const TARGETS_MAX = 2 ** 24;

/**
 * The parts of a loop, for those who work inside: machines, handles and requests. It holds no
 * behaviour of its own but how they find each other.
 */
export class LoopCore {
  readonly settings: LoopSettings;
  readonly native: NativeLoop;
  readonly pool: BlockPool;
  readonly targets = new Slab<Target>(TARGETS_MAX);
  readonly deadlines = new Deadlines();
  readonly wakeups: Wakeups;
  readonly machines: MachineTable;
  readonly event = new EventRecord();
  readonly writer: Writer;
  readonly datagrams: Datagrams;
  readonly counters: Counters = newCounters();
  /** What to do in the next turn, outside any handler. */
  readonly later: (() => void)[] = [];
  /** Handles that are told before each poll. */
  readonly prepares = new Prepares();
  /** Streams that starved, in order. */
  readonly starved = new Set<Starved>();
  /** The listeners, which the limit of open files may stop. */
  readonly acceptors = new Set<LimitedAcceptor>();
  /** Waits in a row that ended without a record. */
  emptyWaits = 0;
  /** Handles that outlive their machines: they are closed with the loop. */
  readonly background = new Set<{ close(): void }>();
  /** Handles of machines that are open or closing. */
  handles = 0;
  /** Handles, the loop's own included, that are closing. */
  closing = 0;
  /** Set by `stop` and `shutdownLoop`: the run ends after this turn. */
  stopRequested = false;
  /** Set while a pump sleeps: code of this thread that uses the loop calls it. */
  rouse: (() => void) | undefined = undefined;
  /** Told what is shared with the thread of each pump: for whom it is to end if this one dies. */
  onWaiter: ((words: SharedArrayBuffer) => void) | undefined = undefined;
  /** Whether handles may be made: from the opening of the loop until it starts to close. */
  isOpen = true;

  /** @throws {UvError} when libuv cannot make a loop */
  constructor(settings: LoopSettings) {
    this.settings = settings;
    this.native = new NativeLoop(settings);
    const status = this.native.open();
    if (status < 0) {
      this.native.free();
      throw new UvError(status, "open", "a loop");
    }
    if (settings.measureIdle) measureIdleTime(this.native.pointer);
    this.pool = settings.leakLevel === "paranoid"
      ? new ParanoidPool(this.native.ring, settings, (error) => this._damaged(error))
      : new BlockPool(this.native.ring, settings);
    this.writer = new Writer(this.native, this.pool, this.counters);
    this.datagrams = new Datagrams(this.native, this.pool, this.counters);
    this.wakeups = new Wakeups(settings.slabCapacity);
    this.machines = new MachineTable(this);
  }

  /** The time of this turn, in milliseconds. */
  get now(): number {
    return this.native.ring.now;
  }

  /** From now on the one record of a request may come. Returns its slot. */
  beginRequest(request: RequestTarget): number {
    this.native.ring.reserve(1);
    const slot = this.targets.insert(request);
    request.cell.setTarget(slot, request.generation);
    this.counters.requests++;
    return slot;
  }

  /** No record of a request comes any more. */
  endRequest(slot: number): void {
    this.targets.remove(slot);
    this.native.ring.release(1);
    this.counters.requests--;
  }

  /** A read took a block of the other size: the pool grows before the next poll. */
  missedBlock(index: number): void {
    if (this.pool.missed(index)) this.later.push(this._growMissed);
  }

  /** Tells the hook of an error. What the hook throws is ignored: there is nobody left to tell. */
  report(report: MachineErrorReport): void {
    try {
      this.settings.onError(report);
    } catch {
      // The hook is the last resort.
    }
  }

  /** Tells of blocks that are still held, when the loop has closed and the pool is about to. */
  reportLeaks(): void {
    if (this.settings.leakLevel === "off") return;
    const report = this.pool.leaks();
    if (report.held === 0) return;
    try {
      this.settings.onLeak(report);
    } catch {
      // As in report().
    }
  }

  /** Whether the next turn has something to do without a word from libuv. */
  get hasWork(): boolean {
    return this.wakeups.pending || this.later.length > 0 || this.writer.isPending ||
      this.datagrams.isPending ||
      this.deadlines.earliestMs <= this.now;
  }

  /** Says what rouses the pump; undefined while nobody sleeps. */
  setRouse(rouse: (() => void) | undefined): void {
    this.rouse = rouse;
    this.writer.rouse = rouse;
  }

  /** Runs what was put off to this turn. Returns whether there was anything. */
  runLater(): boolean {
    if (this.later.length === 0) return false;
    for (const task of this.later.splice(0)) task();
    return true;
  }

  /** Kept as a value so that a turn allocates nothing. */
  private readonly _growMissed = (): void => this.pool.growMissed();

  private _damaged(error: MemoryError): void {
    this.report({ error, machine: undefined, handler: "memory" });
  }
}

import { ClosedError } from "../error/closed_error.ts";
import { SpawnError } from "../error/spawn_error.ts";
import type { IoEvent } from "../io/event.ts";
import type { Machine } from "../machine/machine.ts";
import {
  checkResponse,
  expectResponse,
  isPlainOk,
  type ReadResponse,
  spendResponse,
} from "../machine/response.ts";
import type { LoopCore } from "./loop_core.ts";
import { MachineEntry } from "./machine_entry.ts";
import { Slab } from "./slab.ts";

/** A machine as the table sees it: what it spawns from is its own affair. */
export type AnyMachine = Machine<unknown, unknown>;

/** A function that makes a machine and answers with it: `ok(machine)`. */
export type MachineConstructor = (scope: MachineEntry) => unknown;

/** Who is told when a node's deadline is due. */
interface NodeOwner {
  readonly entry: MachineEntry;
  readonly name: string | undefined;
}

/**
 * The machines of a loop: calls their handlers, and does what they answer.
 *
 * No error of a machine gets past this table: it ends the machine and reaches the loop's hook.
 */
export class MachineTable {
  private readonly _core: LoopCore;
  private readonly _slab: Slab<MachineEntry>;
  /** Machines that wait for a free slot. */
  private readonly _waiting = new Set<MachineEntry>();
  private readonly _nodes: (NodeOwner | undefined)[] = [];
  /** How many constructors are at work, one inside the other. */
  private _constructors = 0;
  /** Set when the loop is instantiated. */
  hasContext = false;
  /** Called whenever one machine is left, for one that waits until it is alone. */
  oneIsLeft: (() => void) | undefined = undefined;
  context: unknown = undefined;

  /** @param core whose machines these are */
  constructor(core: LoopCore) {
    this._core = core;
    this._slab = new Slab(core.settings.slabCapacity);
  }

  /** Machines that live. */
  get size(): number {
    return this._slab.size;
  }

  /**
   * Makes a machine.
   *
   * @param seed what goes back in the error
   * @throws {SpawnError} when all slots are taken, or there is no machine to be had
   */
  add(constructor: MachineConstructor, seed?: unknown): void {
    const entry = new MachineEntry(this._core);
    const slot = this._slab.insert(entry);
    if (slot < 0) throw new SpawnError("no slab space", seed);
    entry.slot = slot;
    this._core.wakeups.setGeneration(slot, entry.generation);
    this._constructors++;
    try {
      this._install(entry, checkResponse(constructor(entry), "the constructor of a machine"));
    } catch (cause) {
      this._end(entry);
      throw new SpawnError("create failed", seed, cause);
    } finally {
      this._constructors--;
      spendResponse();
    }
  }

  /** Whether the constructor of a machine is at work. */
  get isMaking(): boolean {
    return this._constructors > 0;
  }

  /** Hands an event to its machine. The hot path: nothing is called that need not be. */
  ready(entry: MachineEntry, event: IoEvent): void {
    const { machine } = entry;
    if (machine.ready === undefined) return;
    expectResponse();
    try {
      const response = machine.ready(event, entry);
      if (isPlainOk(response)) entry.setOwnDeadline(Infinity);
      else this._answer(entry, checkResponse(response, "ready"));
    } catch (error) {
      this.fail(entry, error, "ready");
    }
  }

  /** Tells a machine that it was woken, if it is still the one that was meant. */
  wake(slot: number, generation: number): void {
    const entry = this._slab.get(slot, generation);
    if (entry?.machine.wakeup === undefined) return;
    this._core.counters.wakeups++;
    this._dispatch(entry, "wakeup");
  }

  /** Tells machines of the deadlines that are due; those set meanwhile wait for the next turn. */
  expire(nowMs: number): void {
    const { deadlines, counters } = this._core;
    const { mark } = deadlines;
    for (let node; (node = deadlines.takeDue(nowMs, mark)) >= 0;) {
      const { entry, name } = this._nodes[node] as NodeOwner;
      if (entry.machine.timeout === undefined) continue;
      counters.timeouts++;
      this._dispatch(entry, "timeout", name);
    }
  }

  /** A deadline node for a machine. */
  allocateNode(entry: MachineEntry, name: string | undefined): number {
    const node = this._core.deadlines.allocate();
    this._nodes[node] = { entry, name };
    return node;
  }

  /** Gives a deadline node back. */
  freeNode(node: number): void {
    this._core.deadlines.free(node);
    this._nodes[node] = undefined;
  }

  /** Wakes a machine when a slot is free. */
  wakeWhenRoom(entry: MachineEntry): void {
    if (this._slab.size < this._slab.capacity) entry.notifier().wakeup();
    else this._waiting.add(entry);
  }

  /** Tells the hook of an error that ends nobody. */
  report(entry: MachineEntry, error: unknown): void {
    this._core.report({ error, machine: entry.machine, handler: "report" });
  }

  /** Ends all machines: `dispose` of each is called. */
  disposeAll(): void {
    for (const entry of this._slab.values()) this._end(entry);
  }

  private _dispatch(entry: MachineEntry, handler: "wakeup" | "timeout", name?: string): void {
    const { machine } = entry;
    expectResponse();
    try {
      const response = handler === "wakeup"
        ? machine.wakeup?.(entry)
        : machine.timeout?.(entry, name);
      this._answer(entry, checkResponse(response, handler));
    } catch (error) {
      this.fail(entry, error, handler);
    }
  }

  /** Does what a machine answered; a spawn is followed by the next answer. */
  private _answer(entry: MachineEntry, first: ReadResponse): void {
    let response: ReadResponse | undefined = first;
    while (response !== undefined) {
      const { kind, machine, deadlineMs, seed, error }: ReadResponse = response;
      spendResponse();
      response = undefined;
      if (kind === "done") return this._end(entry);
      if (kind === "error") throw error;
      if (machine !== undefined) entry.machine = checkMachine(machine);
      if (kind === "ok") return this._setDeadline(entry, deadlineMs);
      this._setDeadline(entry, Infinity);
      response = this._spawn(entry, seed);
    }
  }

  private _setDeadline(entry: MachineEntry, timeMs: number): void {
    if (timeMs !== Infinity && entry.machine.timeout === undefined) {
      throw new TypeError("A machine without timeout() has asked for a deadline");
    }
    entry.setOwnDeadline(timeMs);
  }

  /** Makes the machine that another one asked for. Returns that one's next answer, if any. */
  private _spawn(parent: MachineEntry, seed: unknown): ReadResponse | undefined {
    const { machine } = parent;
    if (machine.create === undefined) throw new TypeError("A machine without create() has spawned");
    try {
      this.add((scope) => machine.create?.(seed, scope), seed);
    } catch (error) {
      if (machine.spawnError === undefined) throw error;
      return checkResponse(machine.spawnError(error as SpawnError, parent), "spawnError");
    }
    if (machine.spawned === undefined) return undefined;
    return checkResponse(machine.spawned(parent), "spawned");
  }

  /** Puts a machine in its place, from the answer of its constructor. */
  private _install(entry: MachineEntry, { kind, machine, deadlineMs, error }: ReadResponse): void {
    if (!entry.alive) throw new ClosedError("loop", "add a machine"); // its constructor closed it
    if (kind === "done") return this._end(entry);
    if (kind === "error") throw error;
    if (kind === "spawn") throw new TypeError("A constructor may not spawn");
    entry.machine = checkMachine(machine);
    this._setDeadline(entry, deadlineMs);
  }

  /** Ends a machine with an error, which reaches the hook. */
  fail(entry: MachineEntry, error: unknown, handler: string): void {
    if (!entry.alive) return;
    const { machine } = entry;
    this._end(entry);
    this._core.report({ error, machine, handler });
  }

  private _end(entry: MachineEntry): void {
    if (!entry.alive) return;
    entry.alive = false;
    spendResponse();
    entry.closeHandles();
    entry.releaseDeadlines();
    this._core.wakeups.setGeneration(entry.slot, 0);
    this._slab.remove(entry.slot);
    if (this._slab.size === 1) this.oneIsLeft?.();
    if (this._waiting.size > 0) this._roomIsFree(entry);
    try {
      entry.machine.dispose?.();
    } catch (error) {
      this._core.report({ error, machine: entry.machine, handler: "dispose" });
    }
  }

  private _roomIsFree(ended: MachineEntry): void {
    this._waiting.delete(ended);
    for (const entry of this._waiting) entry.notifier().wakeup();
    this._waiting.clear();
  }
}

function checkMachine(machine: unknown): AnyMachine {
  if (typeof machine !== "object" || machine === null) {
    throw new TypeError(`A machine is an object, not ${String(machine)}`);
  }
  return machine as AnyMachine;
}

/** What lies in a slab: it knows which of its slot's objects it is. */
export interface SlabEntry {
  /** Set by the slab. */
  generation: number;
}

/**
 * Slots for objects that native code and other threads name by number. A slot carries a
 * generation, which changes when its object goes: a number kept too long finds nobody.
 *
 * Slots are used again in the order they became free, so that a generation lasts as long as it
 * can before it comes round.
 */
export class Slab<T extends SlabEntry> {
  /** Where the slots may end. */
  readonly capacity: number;
  private readonly _entries: (T | undefined)[] = [];
  /** Of the slots that are free: what the next object gets. */
  private readonly _generations: number[] = [];
  private readonly _free: number[] = [];
  private _freeStart = 0;
  private _size = 0;

  /** @param capacity how many objects there can be at once */
  constructor(capacity: number) {
    this.capacity = capacity;
  }

  /** Objects in it. */
  get size(): number {
    return this._size;
  }

  /** Puts an object in. Returns its slot, or -1 when all slots are taken. */
  insert(entry: T): number {
    const slot = this._takeSlot();
    if (slot < 0) return -1;
    this._entries[slot] = entry;
    entry.generation = this._generations[slot] as number;
    this._size++;
    return slot;
  }

  /** The object of a slot, if it is still the one of that generation. */
  get(slot: number, generation: number): T | undefined {
    const entry = this._entries[slot];
    return entry !== undefined && entry.generation === generation ? entry : undefined;
  }

  /** Gives an object the next generation: all numbers it was known by are stale. */
  renew(slot: number): void {
    const entry = this._entries[slot] as T;
    entry.generation = next(entry.generation);
  }

  /** Takes an object out. */
  remove(slot: number): void {
    this._generations[slot] = next((this._entries[slot] as T).generation);
    this._entries[slot] = undefined;
    this._free.push(slot);
    this._size--;
  }

  /** The objects in it, in the order of their slots. */
  *values(): Generator<T> {
    for (const entry of this._entries) if (entry !== undefined) yield entry;
  }

  private _takeSlot(): number {
    if (this._freeStart < this._free.length) {
      const slot = this._free[this._freeStart++] as number;
      this._compact();
      return slot;
    }
    if (this._entries.length === this.capacity) return -1;
    this._generations.push(1);
    return this._entries.push(undefined) - 1;
  }

  /** Cuts off the part of the queue that was used up, once it is the larger part. */
  private _compact(): void {
    if (this._freeStart < 1024 || this._freeStart * 2 < this._free.length) return;
    this._free.splice(0, this._freeStart);
    this._freeStart = 0;
  }
}

/** 0 stands for "nobody" elsewhere, so it is left out. */
function next(generation: number): number {
  return ((generation + 1) | 0) || 1;
}

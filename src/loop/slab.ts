/**
 * Slots for objects that native code and other threads name by number. A slot carries a
 * generation, which changes when its object goes: a number kept too long finds nobody.
 *
 * Slots are used again in the order they became free, so that a generation lasts as long as it
 * can before it comes round.
 */
export class Slab<T> {
  /** Where the slots may end. */
  readonly capacity: number;
  readonly #entries: (T | undefined)[] = [];
  readonly #generations: number[] = [];
  readonly #free: number[] = [];
  #freeStart = 0;
  #size = 0;

  /** @param capacity how many objects there can be at once */
  constructor(capacity: number) {
    this.capacity = capacity;
  }

  /** Objects in it. */
  get size(): number {
    return this.#size;
  }

  /** Puts an object in. Returns its slot, or -1 when all slots are taken. */
  insert(entry: T): number {
    let slot: number;
    if (this.#freeStart < this.#free.length) {
      slot = this.#free[this.#freeStart++] as number;
      this.#compact();
    } else if (this.#entries.length < this.capacity) {
      slot = this.#entries.length;
      this.#entries.push(undefined);
      this.#generations.push(1);
    } else {
      return -1;
    }
    this.#entries[slot] = entry;
    this.#size++;
    return slot;
  }

  /** The object of a slot, if it is still the one of that generation. */
  get(slot: number, generation: number): T | undefined {
    return this.#generations[slot] === generation ? this.#entries[slot] : undefined;
  }

  /** The present generation of a slot. */
  generation(slot: number): number {
    return this.#generations[slot] as number;
  }

  /** Makes all numbers of an object's earlier events stale; the object stays. */
  renew(slot: number): number {
    const next = ((this.#generations[slot] as number) + 1 | 0) || 1;
    this.#generations[slot] = next;
    return next;
  }

  /** Takes an object out. */
  remove(slot: number): void {
    this.renew(slot);
    this.#entries[slot] = undefined;
    this.#free.push(slot);
    this.#size--;
  }

  /** The objects in it, in the order of their slots. */
  *values(): Generator<T> {
    for (const entry of this.#entries) if (entry !== undefined) yield entry;
  }

  /** Cuts off the part of the queue that was used up, once it is the larger part. */
  #compact(): void {
    if (this.#freeStart < 1024 || this.#freeStart * 2 < this.#free.length) return;
    this.#free.splice(0, this.#freeStart);
    this.#freeStart = 0;
  }
}

import type { Memory } from "./memory.ts";
import { Segment } from "./segment.ts";

const SLOTS_MIN = 4;

/** What an empty list keeps: an idle connection shall not remember its busiest hour. */
const SLOTS_KEPT = 64;

/**
 * The segments of a chain, in a ring of slots that are used again: appending and removing make no
 * object.
 *
 * Segments are named by numbers that count up (`first` to `last`). Bytes are named by positions,
 * which count up too, so that removing the first segment changes nothing in the others.
 */
export class Segments {
  private _slots: Segment[] = [];
  private _mask = -1;
  private _first = 0;
  private _afterLast = 0;
  /** The segment that was found last: whoever reads byte by byte asks for it again. */
  private _found = 0;
  /** The position of the first byte. */
  private _base = 0;
  private _length = 0;
  private _consumed = 0;

  /** Bytes. */
  get length(): number {
    return this._length;
  }

  /** How many segments. */
  get count(): number {
    return this._afterLast - this._first;
  }

  /** The number of the first segment. */
  get first(): number {
    return this._first;
  }

  /** The number after that of the last segment. */
  get afterLast(): number {
    return this._afterLast;
  }

  /** The position of the first byte. */
  get base(): number {
    return this._base;
  }

  /**
   * Bytes that were removed from the front, ever. When it changes, positions and numbers that were
   * noted before mean nothing.
   */
  get consumed(): number {
    return this._consumed;
  }

  /** A segment by its number. */
  at(number: number): Segment {
    return this._slots[number & this._mask] as Segment;
  }

  /** The last segment. */
  get tail(): Segment | undefined {
    return this.count === 0 ? undefined : this.at(this._afterLast - 1);
  }

  /** The number of the segment that holds a byte. @param offset from 0, below `length` */
  find(offset: number): number {
    const position = this._base + offset;
    const first = this.at(this._first);
    if (position < first.origin + first.end) return this._first;
    const found = this.at(this._found);
    if (position >= found.origin + found.start && position < found.origin + found.end) {
      return this._found;
    }
    let low = this._first + 1;
    let high = this._afterLast - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const { origin, end } = this.at(middle);
      if (position < origin + end) high = middle;
      else low = middle + 1;
    }
    this._found = low;
    return low;
  }

  /** Adds a segment; its memory was retained for it. */
  push(memory: Memory, start: number, end: number): void {
    if (this.count === this._slots.length) this._grow();
    this.at(this._afterLast++).fill(memory, start, end, this._base + this._length);
    this._length += end - start;
  }

  /** The last segment has become longer. */
  extendTail(byteLength: number): void {
    this.at(this._afterLast - 1).end += byteLength;
    this._length += byteLength;
  }

  /** Takes the last segment away; it is empty. */
  dropEmptyTail(): void {
    this.at(--this._afterLast).drop();
  }

  /**
   * Removes bytes from the front, and lets go of the memory that is used up.
   *
   * @param byteLength at most `length`
   * @throws {ClosedError} when somebody let go of some of it before; nothing is removed then
   */
  removeFirst(byteLength: number): void {
    if (byteLength === 0) return;
    this.check(0, byteLength, "consume it");
    let left = byteLength;
    while (left > 0 && this.count > 0) {
      const segment = this.at(this._first);
      const size = segment.end - segment.start;
      if (left < size) {
        segment.start += left;
        return this._removed(left);
      }
      left -= size;
      this._first++;
      this._removed(size);
      segment.drop(); // last: it calls the memory's owner, who may look at the chain, or use it
    }
  }

  /** Removes all. Returns whether everything was still held. */
  removeAll(): boolean {
    let isHeld = true;
    for (let left = this.count; left > 0 && this.count > 0; left--) {
      const segment = this.at(this._first++);
      this._removed(segment.end - segment.start);
      isHeld = segment.drop() && isHeld;
    }
    return isHeld;
  }

  /** @throws {ClosedError} when somebody let go of memory of this range */
  check(start: number, end: number, operation: string): void {
    if (start === end) return;
    const stop = this._base + end;
    for (let number = this.find(start); number < this._afterLast; number++) {
      const segment = this.at(number);
      if (segment.origin + segment.start >= stop) return;
      segment.check(operation);
    }
  }

  private _removed(byteLength: number): void {
    this._consumed += byteLength;
    this._length -= byteLength;
    this._base += byteLength;
    if (this._found < this._first) this._found = this._first;
    if (this._first === this._afterLast) this._restart();
  }

  /** An empty list counts from 0 again, and forgets what only a long one needs. */
  private _restart(): void {
    this._first = 0;
    this._afterLast = 0;
    this._found = 0;
    this._base = 0;
    if (this._slots.length <= SLOTS_KEPT) return;
    this._slots = [];
    this._mask = -1;
  }

  private _grow(): void {
    const capacity = Math.max(this._slots.length * 2, SLOTS_MIN);
    const slots = Array.from({ length: capacity }, () => new Segment());
    const mask = capacity - 1;
    for (let number = this._first; number < this._afterLast; number++) {
      slots[number & mask] = this.at(number);
    }
    this._slots = slots;
    this._mask = mask;
  }
}

/**
 * All deadlines of a loop: a heap in typed arrays. Setting or clearing one calls nothing native and
 * allocates nothing; only the earliest matters to libuv, as one timer.
 *
 * Most deadlines are never due: they are put off or cleared, again and again. So these two do not
 * touch the heap. A node's entry stays where it is, earlier than it should be, and is put right
 * when it comes to the root; when most of the entries are dead the heap is made anew.
 *
 * Equal times are due in the order they were set.
 */
export class Deadlines {
  /** Heap position → node. */
  private _heap = new Int32Array(64);
  /** Node → heap position, or -1. */
  private _positions = new Int32Array(64).fill(-1);
  /** Node → when it is due, in milliseconds of loop time; Infinity when it is not set. */
  private _times = new Float64Array(64).fill(Infinity);
  /** Node → a number that grows with each set. */
  private _orders = new Float64Array(64);
  /** Node → what its place in the heap is by: a time and order that it had. */
  private _keyTimes = new Float64Array(64);
  private _keyOrders = new Float64Array(64);
  private readonly _free: number[] = [];
  private _nodes = 0;
  /** Entries of the heap, and how many of them are set. */
  private _entries = 0;
  private _size = 0;
  private _order = 0;

  /** Deadlines that are set. */
  get size(): number {
    return this._size;
  }

  /** The earliest time, or Infinity. */
  get earliestMs(): number {
    return this._size === 0 ? Infinity : this._times[this._root()] as number;
  }

  /** A node, which one deadline at a time can use. */
  allocate(): number {
    const node = this._free.pop() ?? this._nodes++;
    if (node >= this._times.length) this._grow();
    return node;
  }

  /** Gives a node back; its deadline is cleared. */
  free(node: number): void {
    this.clear(node);
    this._free.push(node);
  }

  /** Whether a node's deadline is set. */
  isSet(node: number): boolean {
    return this._times[node] !== Infinity;
  }

  /** Sets or moves a deadline; Infinity clears it. */
  set(node: number, timeMs: number): void {
    if (timeMs === Infinity) return this.clear(node);
    if (this._times[node] === Infinity) this._size++;
    this._times[node] = timeMs;
    this._orders[node] = this._order++;
    const position = this._positions[node] as number;
    if (position < 0) this._up(this._rekey(node), this._entries++);
    else if (timeMs < (this._keyTimes[node] as number)) this._up(this._rekey(node), position);
  }

  /** Clears a deadline; does nothing if it is not set. */
  clear(node: number): void {
    if (this._times[node] === Infinity) return;
    this._times[node] = Infinity;
    this._size--;
  }

  /** A moment in the order of setting: see `takeDue`. */
  get mark(): number {
    return this._order;
  }

  /**
   * Takes the earliest deadline that is due. Returns its node, or -1.
   *
   * @param mark leaves alone those that were set after this moment; they must not be earlier than
   *   `nowMs`, or they hide what is due
   */
  takeDue(nowMs: number, mark = Infinity): number {
    if (this._size === 0) return -1;
    const node = this._root();
    if ((this._times[node] as number) > nowMs || (this._orders[node] as number) >= mark) return -1;
    this.clear(node);
    this._removeRoot();
    return node;
  }

  /** The node that is due first; there must be one. What is in its way is put right. */
  private _root(): number {
    if (this._size * 2 < this._entries - 64) this._rebuild();
    for (;;) {
      const node = this._heap[0] as number;
      if (this._times[node] === Infinity) this._removeRoot();
      else if (this._keyOrders[node] === this._orders[node]) return node;
      else this._down(this._rekey(node), 0);
    }
  }

  private _removeRoot(): void {
    this._positions[this._heap[0] as number] = -1;
    const last = this._heap[--this._entries] as number;
    if (this._entries > 0) this._down(last, 0);
  }

  /** Makes the heap anew of the entries that are set. */
  private _rebuild(): void {
    const entries = this._entries;
    this._entries = 0;
    for (let i = 0; i < entries; i++) {
      const node = this._heap[i] as number;
      this._positions[node] = -1;
      if (this._times[node] !== Infinity) this._up(this._rekey(node), this._entries++);
    }
  }

  private _rekey(node: number): number {
    this._keyTimes[node] = this._times[node] as number;
    this._keyOrders[node] = this._orders[node] as number;
    return node;
  }

  private _place(node: number, position: number): void {
    this._heap[position] = node;
    this._positions[node] = position;
  }

  private _before(a: number, b: number): boolean {
    const timeA = this._keyTimes[a] as number;
    const timeB = this._keyTimes[b] as number;
    return timeA === timeB
      ? (this._keyOrders[a] as number) < (this._keyOrders[b] as number)
      : timeA < timeB;
  }

  private _up(node: number, from: number): void {
    let position = from;
    while (position > 0) {
      const above = (position - 1) >> 2;
      const parent = this._heap[above] as number;
      if (!this._before(node, parent)) break;
      this._place(parent, position);
      position = above;
    }
    this._place(node, position);
  }

  /** Four children a node: half as deep as with two, and those of one lie side by side. */
  private _down(node: number, from: number): void {
    let position = from;
    for (let first; (first = position * 4 + 1) < this._entries;) {
      let least = first;
      const end = Math.min(first + 4, this._entries);
      for (let child = first + 1; child < end; child++) {
        if (this._before(this._heap[child] as number, this._heap[least] as number)) least = child;
      }
      const child = this._heap[least] as number;
      if (!this._before(child, node)) break;
      this._place(child, position);
      position = least;
    }
    this._place(node, position);
  }

  private _grow(): void {
    const length = this._times.length * 2;
    this._heap = copied(new Int32Array(length), this._heap);
    this._positions = copied(new Int32Array(length).fill(-1), this._positions);
    this._times = copied(new Float64Array(length).fill(Infinity), this._times);
    this._orders = copied(new Float64Array(length), this._orders);
    this._keyTimes = copied(new Float64Array(length), this._keyTimes);
    this._keyOrders = copied(new Float64Array(length), this._keyOrders);
  }
}

type Numbers = Int32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

function copied<A extends Numbers>(to: A, from: A): A {
  to.set(from);
  return to;
}

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
  #heap = new Int32Array(64);
  /** Node → heap position, or -1. */
  #positions = new Int32Array(64).fill(-1);
  /** Node → when it is due, in milliseconds of loop time; Infinity when it is not set. */
  #times = new Float64Array(64).fill(Infinity);
  /** Node → a number that grows with each set. */
  #orders = new Float64Array(64);
  /** Node → what its place in the heap is by: a time and order that it had. */
  #keyTimes = new Float64Array(64);
  #keyOrders = new Float64Array(64);
  readonly #free: number[] = [];
  #nodes = 0;
  /** Entries of the heap, and how many of them are set. */
  #entries = 0;
  #size = 0;
  #order = 0;

  /** Deadlines that are set. */
  get size(): number {
    return this.#size;
  }

  /** The earliest time, or Infinity. */
  get earliestMs(): number {
    return this.#size === 0 ? Infinity : this.#times[this.#root()] as number;
  }

  /** A node, which one deadline at a time can use. */
  allocate(): number {
    const node = this.#free.pop() ?? this.#nodes++;
    if (node >= this.#times.length) this.#grow();
    return node;
  }

  /** Gives a node back; its deadline is cleared. */
  free(node: number): void {
    this.clear(node);
    this.#free.push(node);
  }

  /** Whether a node's deadline is set. */
  isSet(node: number): boolean {
    return this.#times[node] !== Infinity;
  }

  /** Sets or moves a deadline; Infinity clears it. */
  set(node: number, timeMs: number): void {
    if (timeMs === Infinity) return this.clear(node);
    if (this.#times[node] === Infinity) this.#size++;
    this.#times[node] = timeMs;
    this.#orders[node] = this.#order++;
    const position = this.#positions[node] as number;
    if (position < 0) this.#up(this.#rekey(node), this.#entries++);
    else if (timeMs < (this.#keyTimes[node] as number)) this.#up(this.#rekey(node), position);
  }

  /** Clears a deadline; does nothing if it is not set. */
  clear(node: number): void {
    if (this.#times[node] === Infinity) return;
    this.#times[node] = Infinity;
    this.#size--;
  }

  /** A moment in the order of setting: see `takeDue`. */
  get mark(): number {
    return this.#order;
  }

  /**
   * Takes the earliest deadline that is due. Returns its node, or -1.
   *
   * @param mark leaves alone those that were set after this moment; they must not be earlier than
   *   `nowMs`, or they hide what is due
   */
  takeDue(nowMs: number, mark = Infinity): number {
    if (this.#size === 0) return -1;
    const node = this.#root();
    if ((this.#times[node] as number) > nowMs || (this.#orders[node] as number) >= mark) return -1;
    this.clear(node);
    this.#removeRoot();
    return node;
  }

  /** The node that is due first; there must be one. What is in its way is put right. */
  #root(): number {
    if (this.#size * 2 < this.#entries - 64) this.#rebuild();
    for (;;) {
      const node = this.#heap[0] as number;
      if (this.#times[node] === Infinity) this.#removeRoot();
      else if (this.#keyOrders[node] === this.#orders[node]) return node;
      else this.#down(this.#rekey(node), 0);
    }
  }

  #removeRoot(): void {
    this.#positions[this.#heap[0] as number] = -1;
    const last = this.#heap[--this.#entries] as number;
    if (this.#entries > 0) this.#down(last, 0);
  }

  /** Makes the heap anew of the entries that are set. */
  #rebuild(): void {
    const entries = this.#entries;
    this.#entries = 0;
    for (let i = 0; i < entries; i++) {
      const node = this.#heap[i] as number;
      this.#positions[node] = -1;
      if (this.#times[node] !== Infinity) this.#up(this.#rekey(node), this.#entries++);
    }
  }

  #rekey(node: number): number {
    this.#keyTimes[node] = this.#times[node] as number;
    this.#keyOrders[node] = this.#orders[node] as number;
    return node;
  }

  #place(node: number, position: number): void {
    this.#heap[position] = node;
    this.#positions[node] = position;
  }

  #before(a: number, b: number): boolean {
    const timeA = this.#keyTimes[a] as number;
    const timeB = this.#keyTimes[b] as number;
    return timeA === timeB
      ? (this.#keyOrders[a] as number) < (this.#keyOrders[b] as number)
      : timeA < timeB;
  }

  #up(node: number, from: number): void {
    let position = from;
    while (position > 0) {
      const above = (position - 1) >> 2;
      const parent = this.#heap[above] as number;
      if (!this.#before(node, parent)) break;
      this.#place(parent, position);
      position = above;
    }
    this.#place(node, position);
  }

  /** Four children a node: half as deep as with two, and those of one lie side by side. */
  #down(node: number, from: number): void {
    let position = from;
    for (let first; (first = position * 4 + 1) < this.#entries;) {
      let least = first;
      const end = Math.min(first + 4, this.#entries);
      for (let child = first + 1; child < end; child++) {
        if (this.#before(this.#heap[child] as number, this.#heap[least] as number)) least = child;
      }
      const child = this.#heap[least] as number;
      if (!this.#before(child, node)) break;
      this.#place(child, position);
      position = least;
    }
    this.#place(node, position);
  }

  #grow(): void {
    const length = this.#times.length * 2;
    this.#heap = copied(new Int32Array(length), this.#heap);
    this.#positions = copied(new Int32Array(length).fill(-1), this.#positions);
    this.#times = copied(new Float64Array(length).fill(Infinity), this.#times);
    this.#orders = copied(new Float64Array(length), this.#orders);
    this.#keyTimes = copied(new Float64Array(length), this.#keyTimes);
    this.#keyOrders = copied(new Float64Array(length), this.#keyOrders);
  }
}

type Numbers = Int32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

function copied<A extends Numbers>(to: A, from: A): A {
  to.set(from);
  return to;
}

/**
 * All deadlines of a loop: a heap in typed arrays. Setting or clearing one calls nothing native and
 * allocates nothing; only the earliest matters to libuv, as one timer.
 *
 * Equal times are due in the order they were set.
 */
export class Deadlines {
  /** Heap position → node. */
  #heap = new Int32Array(64);
  /** Node → heap position, or -1. */
  #positions = new Int32Array(64).fill(-1);
  /** Node → time, in milliseconds of loop time. */
  #times = new Float64Array(64);
  /** Node → a number that grows with each set. */
  #orders = new Float64Array(64);
  readonly #free: number[] = [];
  #nodes = 0;
  #size = 0;
  #order = 0;

  /** Deadlines that are set. */
  get size(): number {
    return this.#size;
  }

  /** The earliest time, or Infinity. */
  get earliestMs(): number {
    return this.#size === 0 ? Infinity : this.#times[this.#heap[0] as number] as number;
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
    return (this.#positions[node] as number) >= 0;
  }

  /** Sets or moves a deadline; Infinity clears it. */
  set(node: number, timeMs: number): void {
    if (timeMs === Infinity) return this.clear(node);
    let position = this.#positions[node] as number;
    if (position < 0) position = this.#size++;
    this.#times[node] = timeMs;
    this.#orders[node] = this.#order++;
    this.#place(node, position);
    this.#down(node, this.#up(node, position));
  }

  /** Clears a deadline; does nothing if it is not set. */
  clear(node: number): void {
    const position = this.#positions[node] as number;
    if (position < 0) return;
    this.#positions[node] = -1;
    const last = this.#heap[--this.#size] as number;
    if (last === node) return;
    this.#place(last, position);
    this.#down(last, this.#up(last, position));
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
    const node = this.#heap[0] as number;
    if ((this.#times[node] as number) > nowMs || (this.#orders[node] as number) >= mark) return -1;
    this.clear(node);
    return node;
  }

  #place(node: number, position: number): void {
    this.#heap[position] = node;
    this.#positions[node] = position;
  }

  #before(a: number, b: number): boolean {
    const timeA = this.#times[a] as number;
    const timeB = this.#times[b] as number;
    return timeA === timeB
      ? (this.#orders[a] as number) < (this.#orders[b] as number)
      : timeA < timeB;
  }

  #up(node: number, from: number): number {
    let position = from;
    while (position > 0) {
      const parentPosition = (position - 1) >> 1;
      const parent = this.#heap[parentPosition] as number;
      if (!this.#before(node, parent)) break;
      this.#place(parent, position);
      position = parentPosition;
    }
    this.#place(node, position);
    return position;
  }

  #down(node: number, from: number): void {
    let position = from;
    for (;;) {
      let childPosition = position * 2 + 1;
      if (childPosition >= this.#size) break;
      let child = this.#heap[childPosition] as number;
      if (childPosition + 1 < this.#size) {
        const sibling = this.#heap[childPosition + 1] as number;
        if (this.#before(sibling, child)) {
          child = sibling;
          childPosition++;
        }
      }
      if (!this.#before(child, node)) break;
      this.#place(child, position);
      position = childPosition;
    }
    this.#place(node, position);
  }

  #grow(): void {
    const length = this.#times.length * 2;
    const copy = <A extends Int32Array<ArrayBuffer> | Float64Array<ArrayBuffer>>(
      to: A,
      from: A,
    ) => {
      to.set(from);
      return to;
    };
    this.#heap = copy(new Int32Array(length), this.#heap);
    this.#positions = copy(new Int32Array(length).fill(-1), this.#positions);
    this.#times = copy(new Float64Array(length), this.#times);
    this.#orders = copy(new Float64Array(length), this.#orders);
  }
}

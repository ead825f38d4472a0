/** Something to be told before each poll. */
export interface Prepared {
  prepare(): void;
}

/** Who is told before each poll, in the order in which they have asked. */
export class Prepares {
  /** Those that were taken out while the others are told have left a gap. */
  private readonly _list: (Prepared | undefined)[] = [];
  private _size = 0;
  private _isTelling = false;

  /** How many there are. */
  get size(): number {
    return this._size;
  }

  /** Whether one is among them. */
  has(prepared: Prepared): boolean {
    return this._list.includes(prepared);
  }

  /** Adds one, unless it is there; in the midst of telling it waits for the next time. */
  add(prepared: Prepared): void {
    if (this.has(prepared)) return;
    this._list.push(prepared);
    this._size++;
  }

  /** Takes one out, if it is there. */
  delete(prepared: Prepared): void {
    const at = this._list.indexOf(prepared);
    if (at < 0) return;
    this._size--;
    if (this._isTelling) this._list[at] = undefined;
    else this._list.splice(at, 1);
  }

  /** Tells all of them. */
  tell(): void {
    const count = this._list.length;
    this._isTelling = true;
    for (let i = 0; i < count; i++) this._list[i]?.prepare();
    this._isTelling = false;
    for (let i = count; i-- > 0 && this._list.length > this._size;) {
      if (this._list[i] === undefined) this._list.splice(i, 1);
    }
  }
}

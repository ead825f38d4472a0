import { HEADER_BYTES, ownWords, SharedState } from "./shared_state.ts";

const CAPACITY = ownWords.first;
/** Bytes written and bytes read, modulo twice the capacity; each has one thread that changes it. */
const HEAD = ownWords.second;
const TAIL = ownWords.third;

/** Tells a ring's memory from others. */
export const RING_KIND = 0x7269;

/** Two parts of the ring's memory: the second goes on at its beginning, and may be empty. */
export type RingViews = readonly [Uint8Array<SharedArrayBuffer>, Uint8Array<SharedArrayBuffer>];

/**
 * The words and bytes of one ring. The writer copies, then moves the head, then rings `ahead`; the
 * reader moves the tail when it is done with the bytes, then rings `back`. Who finds nothing arms
 * its bell and looks again.
 */
export class RingState extends SharedState {
  readonly capacity: number;
  readonly #bytes: Uint8Array<SharedArrayBuffer>;

  /** @param source the capacity in bytes, or the buffer of another thread's */
  constructor(source: number | SharedArrayBuffer) {
    super(source, RING_KIND);
    if (typeof source === "number") this.words[CAPACITY] = source;
    this.capacity = this.words[CAPACITY] as number;
    this.#bytes = new Uint8Array(this.buffer, HEADER_BYTES, this.capacity);
  }

  /** Bytes that were written and not read. */
  get used(): number {
    const used = Atomics.load(this.words, HEAD) - Atomics.load(this.words, TAIL);
    return used < 0 ? used + 2 * this.capacity : used;
  }

  /** The bytes that can be read, or the room that can be written. */
  views(of: "used" | "free"): RingViews {
    const { capacity } = this;
    const used = this.used;
    const byteLength = of === "used" ? used : capacity - used;
    const from = Atomics.load(this.words, of === "used" ? TAIL : HEAD) % capacity;
    const firstEnd = Math.min(from + byteLength, capacity);
    const rest = byteLength - (firstEnd - from);
    return [this.#bytes.subarray(from, firstEnd), this.#bytes.subarray(0, rest)];
  }

  /** Copies in what there is room for. Returns how many bytes that was: if not all, arms `back`. */
  write(bytes: Uint8Array): number {
    let written = this._put(bytes);
    while (written < bytes.length && this.hasRoom(1)) { // some was read meanwhile
      written += this._put(bytes.subarray(written));
    }
    return written;
  }

  /** So many bytes were put where there was room. */
  written(byteLength: number): void {
    this._move(HEAD, byteLength);
    if (this.ahead.ring()) this.wake("receiver");
  }

  /** So many bytes were read. */
  read(byteLength: number): void {
    this._move(TAIL, byteLength);
    if (this.back.ring()) this.wake("sender");
  }

  /** Whether there are so many bytes of room; otherwise arms `back`. */
  hasRoom(byteLength: number): boolean {
    if (this.capacity - this.used >= byteLength) return true;
    this.back.arm();
    return this.capacity - this.used >= byteLength;
  }

  /** Whether there is something to read or nothing more will be; otherwise arms `ahead`. */
  look(): "bytes" | "empty" | "ended" {
    if (this.used > 0) return "bytes";
    this.ahead.arm();
    const isClosed = this.isClosed; // before the look: what was written before the close is seen
    if (this.used > 0) return "bytes";
    return isClosed ? "ended" : "empty";
  }

  private _put(bytes: Uint8Array): number {
    const byteLength = Math.min(bytes.length, this.capacity - this.used);
    if (byteLength === 0) return 0;
    const from = Atomics.load(this.words, HEAD) % this.capacity;
    const split = Math.min(byteLength, this.capacity - from);
    this.#bytes.set(split === bytes.length ? bytes : bytes.subarray(0, split), from);
    if (split < byteLength) this.#bytes.set(bytes.subarray(split, byteLength));
    this.written(byteLength);
    return byteLength;
  }

  private _move(at: number, byteLength: number): void {
    const place = (this.words[at] as number) + byteLength;
    Atomics.store(this.words, at, place % (2 * this.capacity));
  }
}

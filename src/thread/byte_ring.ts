import { ClosedError } from "../error/closed_error.ts";
import { joinedParts } from "./channel.ts";
import { type EndAddress, endFrom, type EndParts, type Exiting, Keeper } from "./end.ts";
import { Patience } from "./patience.ts";
import type { ReceiveOptions } from "./receiver.ts";
import { RING_KIND, RingState, type RingViews } from "./ring_state.ts";
import { TORN } from "./shared_state.ts";
import { WaitingEnd } from "./waiting_end.ts";

/** The writing end of a byte ring as a value: see `End.address`. */
export type ByteWriterAddress = EndAddress<"sender">;

/** The reading end of a byte ring as a value: see `End.address`. */
export type ByteReaderAddress = EndAddress<"receiver">;

/** A ring can be so large, in bytes. */
const CAPACITY_MAX = 2 ** 29;

/** What all writes return that need not wait. */
const done = Promise.resolve();

/** Writes bytes into shared memory. */
export class ByteWriter extends WaitingEnd<RingState, "sender"> implements Disposable {
  /** Made by `ByteRing` and `byteWriterFrom`. */
  constructor(parts: EndParts<RingState>) {
    super(parts, "sender", "writer of a byte ring");
  }

  /** How many bytes may wait to be read. */
  get capacity(): number {
    return this.state.capacity;
  }

  /** Bytes that wait to be read. */
  get length(): number {
    return this.state.used;
  }

  /**
   * Copies bytes in, as many as there is room for.
   *
   * @returns how many were taken; less than all arms the end for the rest, see `notify`
   */
  write(bytes: Uint8Array): number | "closed" {
    this.assertHere("write");
    if (!(bytes instanceof Uint8Array)) throw new TypeError("write() takes a Uint8Array");
    if (this.isClosed) return "closed";
    return this.state.write(bytes);
  }

  /**
   * The free room, to be filled in place and then made known by `commit`. Two parts: the second is
   * the beginning of the ring, and may be empty.
   */
  room(): RingViews {
    this.assertHere("write");
    return this.state.views("free");
  }

  /** Makes so many bytes known that were put into `room()`. */
  commit(byteLength: number): void {
    this.assertHere("commit");
    assertRange("commit", byteLength, this.capacity - this.state.used);
    if (!this.isClosed && byteLength > 0) this.state.written(byteLength);
  }

  /**
   * Waits for room.
   *
   * @returns false when the ring was closed
   * @throws (rejects) {RangeError} for more than the ring holds
   */
  async whenRoom(byteLength = 1, options?: ReceiveOptions): Promise<boolean> {
    this.assertHere("wait for room");
    assertRange("whenRoom", byteLength, this.capacity);
    return await this.line.wait<boolean>(({ resolve }) => {
      const hasRoom = this.state.hasRoom(byteLength);
      if (this.isClosed) resolve(false);
      else if (hasRoom) resolve(true);
      else return false;
      return true;
    }, options);
  }

  /**
   * Writes all of the bytes, and waits for room as often as is needed.
   *
   * @throws (rejects) {ClosedError} when the ring is closed, or the error it was closed with
   */
  writeAll(bytes: Uint8Array, options?: ReceiveOptions): Promise<void> {
    try {
      const taken = this.#take(bytes);
      return taken === bytes.length ? done : this.#writeRest(bytes.subarray(taken), options);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  async #writeRest(bytes: Uint8Array, options?: ReceiveOptions): Promise<void> {
    for (let rest = bytes; rest.length > 0;) {
      await this.whenRoom(1, options);
      rest = rest.subarray(this.#take(rest));
    }
  }

  #take(bytes: Uint8Array): number {
    const taken = this.write(bytes);
    if (taken === "closed") throw this.error ?? new ClosedError("byte ring", "write");
    return taken;
  }

  /** Writes no more: the reader gets what was written, then the end, or the error. */
  close(error?: Error): void {
    this.assertHere("close it");
    this.state.fail(error);
  }

  /** See `close`. */
  [Symbol.dispose](): void {
    this.close();
  }
}

/** Reads bytes out of shared memory. */
export class ByteReader extends WaitingEnd<RingState, "receiver">
  implements AsyncIterable<Uint8Array>, Disposable {
  readonly #patience = new Patience();
  #wasClosed = false;

  /** Made by `ByteRing` and `byteReaderFrom`. */
  constructor(parts: EndParts<RingState>) {
    super(parts, "receiver", "reader of a byte ring");
  }

  /** Bytes that can be read. */
  get length(): number {
    return this.#wasClosed ? 0 : this.state.used;
  }

  /**
   * Whether there are bytes; `empty` arms the end for the next, see `notify`: a machine that has
   * just read some is woken once more before that. `ended` is when the writer has closed and all
   * was read.
   */
  look(): "bytes" | "empty" | "ended" {
    this.assertHere("read");
    if (this.isBound && this.length === 0 && this.#patience.isLeft) {
      this.wakeMachine();
      return "empty";
    }
    return this.#look();
  }

  /**
   * The bytes that can be read, where they are: valid until `consume`. Two parts: the second is the
   * beginning of the ring, and may be empty. They are shared memory, which some functions refuse.
   */
  views(): RingViews {
    this.look();
    return this.state.views("used");
  }

  /** Gives the room of so many bytes back. */
  consume(byteLength: number): void {
    this.assertHere("consume");
    assertRange("consume", byteLength, this.state.used);
    if (byteLength === 0) return;
    this.state.read(byteLength);
    this.#patience.renew();
  }

  /**
   * Copies bytes out.
   *
   * @returns how many; 0 arms the end for the next, see `notify`
   */
  read(into: Uint8Array): number | "ended" {
    const looked = this.look();
    if (looked !== "bytes") return looked === "ended" ? "ended" : 0;
    const [first, second] = this.state.views("used");
    const head = first.subarray(0, into.length);
    into.set(head);
    const tail = second.subarray(0, into.length - head.length);
    into.set(tail, head.length);
    this.consume(head.length + tail.length);
    return head.length + tail.length;
  }

  /**
   * Waits for bytes.
   *
   * @returns false at the end
   * @throws (rejects) the error that the ring was closed with, when all was read
   */
  async whenBytes(options?: ReceiveOptions): Promise<boolean> {
    this.assertHere("wait for bytes");
    return await this.line.wait<boolean>(({ resolve, reject }) => {
      const looked = this.#look();
      if (looked === "empty") return false;
      if (looked === "bytes") resolve(true);
      else if (this.error === undefined || this.#wasClosed) resolve(false);
      else reject(this.error);
      return true;
    }, options);
  }

  /** Copies of what comes, to the end. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array<ArrayBuffer>, void, void> {
    try {
      while (await this.whenBytes()) {
        const bytes = new Uint8Array(this.length);
        this.read(bytes);
        yield bytes;
      }
    } finally {
      this.close();
    }
  }

  #look(): "bytes" | "empty" | "ended" {
    return this.#wasClosed ? "ended" : this.state.look();
  }

  /** Reads no more: the writer is told. */
  close(error?: Error): void {
    this.assertHere("close it");
    this.#wasClosed = true;
    this.state.fail(error);
  }

  /** See `close`. */
  [Symbol.dispose](): void {
    this.close();
  }
}

/** A bounded stream of bytes from one thread to another, in shared memory: nothing is cloned. */
export class ByteRing {
  readonly writer: ByteWriter;
  readonly reader: ByteReader;
  readonly #keeper: Keeper;

  /** @param capacity how many bytes may wait, from 1 to 512 MiB */
  constructor(capacity: number) {
    if (!(Number.isSafeInteger(capacity) && capacity >= 1 && capacity <= CAPACITY_MAX)) {
      throw new RangeError(`capacity must be from 1 to ${CAPACITY_MAX}: ${capacity}`);
    }
    const { buffer } = new RingState(capacity);
    this.#keeper = new Keeper(new RingState(buffer));
    const [writer, reader] = joinedParts(() => new RingState(buffer), this.#keeper, false);
    this.writer = new ByteWriter(writer);
    this.reader = new ByteReader(reader);
  }

  /** Closes the ring from outside, wherever its ends are. Returns whether it was open. */
  close(error?: Error): boolean {
    return this.#keeper.close(error, TORN);
  }

  /** Closes the ring when a thread has ended. */
  closeOnExit(thread: Exiting, error?: Error): this {
    thread.once("exit", () => this.close(error));
    return this;
  }
}

/** Makes a writer of an address that came from another thread. */
export function byteWriterFrom(address: ByteWriterAddress): ByteWriter {
  return new ByteWriter(endFrom(address, "sender", "byteWriterFrom", RING_KIND, RingState));
}

/** Makes a reader of an address that came from another thread. */
export function byteReaderFrom(address: ByteReaderAddress): ByteReader {
  return new ByteReader(endFrom(address, "receiver", "byteReaderFrom", RING_KIND, RingState));
}

function assertRange(operation: string, byteLength: number, max: number): void {
  if (Number.isSafeInteger(byteLength) && byteLength >= 0 && byteLength <= max) return;
  throw new RangeError(`${operation}() takes from 0 to ${max} bytes: ${byteLength}`);
}

import { EntryMemory } from "./entry_memory.ts";
import { send as layout } from "./ring_layout.ts";
import type { Addressed } from "./write_queue.ts";

const FIRST_CAPACITY = 256;
const WORDS = layout.size / 4;
const HANDLE = layout.handle / 4;
const BASE = layout.base / 4;
const LEN = layout.len / 4;
const ADDRESS = layout.address / 4;
const COUNT = layout.count / 4;
const ADDRESS_BYTES = layout.address_bytes / 4;
const FD = layout.fd / 4;
const RESULT = layout.result / 4;
const ROOM = layout.room / 4;

/** A UDP socket that sends. */
export interface Sender extends Addressed {
  /** Its descriptor. */
  readonly fd: number;
}

/**
 * Datagrams that native code sends right before the next poll, as it makes the writes of the
 * `WriteQueue`. Each entry has room for the address of its receiver; one that lies in memory that
 * stays may be pointed to instead.
 */
export class SendQueue extends EntryMemory {
  /** @param moved told where the queue begins, now and when it has grown */
  constructor(moved: (address: number) => void) {
    super(layout.size, FIRST_CAPACITY, moved);
  }

  /** Describes a datagram of one buffer, to the peer that the socket is connected to. */
  setRange(
    index: number,
    sender: Sender,
    memory: Addressed,
    start: number,
    byteLength: number,
  ): void {
    this.reach(index);
    const words = this.words;
    const at = index * WORDS;
    const low = (memory.addressLow >>> 0) + start; // it may begin in the next 4 GiB
    words[at + HANDLE] = sender.addressLow;
    words[at + HANDLE + 1] = sender.addressHigh;
    words[at + BASE] = low | 0;
    words[at + BASE + 1] = memory.addressHigh + Math.floor(low / 2 ** 32);
    words[at + LEN] = byteLength;
    words[at + LEN + 1] = 0;
    words[at + COUNT] = 1;
    words[at + ADDRESS_BYTES] = 0;
    words[at + FD] = sender.fd;
  }

  /** As `setRange`, for an array of so many `uv_buf_t`: two or more. */
  setArray(
    index: number,
    sender: Sender,
    array: number,
    count: number,
    byteLength: number,
  ): void {
    this.reach(index);
    const words = this.words;
    const at = index * WORDS;
    words[at + HANDLE] = sender.addressLow;
    words[at + HANDLE + 1] = sender.addressHigh;
    this.region.setWord(index * layout.size + layout.base, array);
    words[at + LEN] = byteLength;
    words[at + COUNT] = count;
    words[at + ADDRESS_BYTES] = 0;
    words[at + FD] = sender.fd;
  }

  /** Says where to, by a `sockaddr` that lies in memory and stays there. */
  setAddressIn(index: number, memory: Addressed, start: number, byteLength: number): void {
    const words = this.words;
    const at = index * WORDS;
    const low = (memory.addressLow >>> 0) + start;
    words[at + ADDRESS] = low | 0;
    words[at + ADDRESS + 1] = memory.addressHigh + Math.floor(low / 2 ** 32);
    words[at + ADDRESS_BYTES] = byteLength;
  }

  /** Says where to, by a `sockaddr` that is copied. @param address its words */
  setAddress(index: number, address: Int32Array, byteLength: number): void {
    const words = this.words;
    const at = index * WORDS;
    const length = byteLength / 4;
    for (let i = 0; i < length; i++) words[at + ROOM + i] = address[i] as number;
    words[at + ADDRESS] = 0;
    words[at + ADDRESS + 1] = 0;
    words[at + ADDRESS_BYTES] = byteLength;
  }

  /** Leaves a datagram out. */
  cancel(index: number): void {
    this.words[index * WORDS + COUNT] = 0;
  }

  /** The native addresses of a datagram, as libuv's own functions want them. */
  read(index: number): { handle: number; buffers: number; count: number; address: number } {
    const at = index * layout.size;
    const words = this.words;
    const count = words[index * WORDS + COUNT] as number;
    const given = this.region.word(at + layout.address);
    const address = given === 0 ? this.region.address + at + layout.room : given;
    return {
      handle: this.region.word(at + layout.handle),
      buffers: count === 1
        ? this.region.address + at + layout.base
        : this.region.word(at + layout.base),
      count,
      address: words[index * WORDS + ADDRESS_BYTES] === 0 ? 0 : address,
    };
  }

  /** Bytes of a datagram. */
  byteLength(index: number): number {
    return this.words[index * WORDS + LEN] as number;
  }

  /** Notes the answer, for the callback that is made of TypeScript. */
  setResult(index: number, result: number): void {
    this.words[index * WORDS + RESULT] = result;
  }

  /** Bytes sent, or an error. */
  result(index: number): number {
    return this.words[index * WORDS + RESULT] as number;
  }
}

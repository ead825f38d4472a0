import { type Addressed, EntryQueue, type SendingHandle } from "./entry_queue.ts";
import { send as layout } from "./ring_layout.ts";

const FIRST_CAPACITY = 256;
const WORDS = layout.size / 4;
const LEN = layout.len / 4;
const COUNT = layout.count / 4;
const ADDRESS_BYTES = layout.address_bytes / 4;
const ADDRESS = layout.address / 4;
const ROOM = layout.room / 4;

/**
 * The datagrams of UDP sockets. Each entry has room for the address of its receiver; one that lies
 * in memory that stays may be pointed to instead.
 */
export class SendQueue extends EntryQueue {
  /** @param moved told where the queue begins, now and when it has grown */
  constructor(moved: (address: number) => void) {
    super(layout.size, FIRST_CAPACITY, moved);
  }

  /** Describes a datagram of two or more `uv_buf_t`, by the address of their array. */
  setArray(
    index: number,
    sender: SendingHandle,
    array: number,
    count: number,
    byteLength: number,
  ): void {
    const at = this.beginArray(index, sender, array, count);
    this.words[at + LEN] = byteLength;
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

  /** The datagram goes to the peer that the socket is connected to, until an address is set. */
  protected override begin(index: number, handle: SendingHandle): number {
    const at = super.begin(index, handle);
    this.words[at + ADDRESS_BYTES] = 0;
    return at;
  }
}

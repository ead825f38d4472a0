import type { Writable } from "../io/writable.ts";
import { Block } from "../memory/block.ts";
import type { BlockPool } from "../memory/block_pool.ts";
import { utf8BytesMax } from "../memory/utf8_bytes.ts";
import type { Counters } from "./counters.ts";

const encoder = new TextEncoder();

/** Copies short datagrams of a turn behind each other, so that not each takes a block. */
export class DatagramPacker {
  private readonly _pool: BlockPool;
  private readonly _counters: Counters;
  private _block: Block | undefined;
  /** Where the last datagram begins in its block, and its length in bytes. */
  start = 0;
  byteLength = 0;

  /** @param pool for the copies */
  constructor(pool: BlockPool, counters: Counters) {
    this._pool = pool;
    this._counters = counters;
  }

  /**
   * Copies bytes or text, which is not empty, to a block that is held for the caller. Undefined for
   * other data, for what does not fit in a block, and at the ceiling of the pool.
   */
  pack(data: Writable): Block | undefined {
    if (typeof data === "string") return this._packText(data);
    return data instanceof Uint8Array ? this._packBytes(data) : undefined;
  }

  /** The turn is over: the block is only held by what was not sent. */
  end(): void {
    this._block?.release();
    this._block = undefined;
  }

  private _packText(text: string): Block | undefined {
    const block = text === "" ? undefined : this._room(utf8BytesMax(text));
    if (block === undefined) return undefined;
    const { written } = encoder.encodeInto(text, block.bytes.subarray(block.length));
    return this._take(block, written);
  }

  private _packBytes(bytes: Uint8Array): Block | undefined {
    const block = bytes.length === 0 ? undefined : this._room(bytes.length);
    if (block === undefined) return undefined;
    block.bytes.set(bytes, block.length);
    return this._take(block, bytes.length);
  }

  private _take(block: Block, byteLength: number): Block {
    this.start = block.length;
    this.byteLength = byteLength;
    block.length += byteLength;
    this._counters.bytesCopied += byteLength;
    return block.hold();
  }

  /** A block with so much room behind what was packed. */
  private _room(byteLength: number): Block | undefined {
    if (byteLength > this._pool.blockBytes) return undefined;
    const present = this._block;
    if (present !== undefined && present.length + byteLength <= present.bytes.length) {
      return present;
    }
    this.end();
    return this._block = this._pool.lease();
  }
}

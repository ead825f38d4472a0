import type { Stream } from "../io/stream.ts";
import type { BlockSource } from "../memory/block_source.ts";
import { Chain } from "../memory/chain.ts";
import type { StreamSettings } from "./stream_options.ts";
import { Output } from "./output.ts";

/** The two directions of a connection (rotor-stream `Transport`). */
export class Transport {
  /**
   * The handle: for its addresses and options. Reading, writing, shutting down and closing are the
   * connection's; a protocol that does them itself is on its own.
   */
  readonly stream: Stream;
  /** What has come and was not consumed. */
  readonly input: Chain;
  /** What is to be sent. */
  readonly output: Output;
  /** Whether the peer has ended its half: no more input will come. */
  hasEnded = false;

  /** Made by a connection. */
  constructor(stream: Stream, blocks: BlockSource, settings: StreamSettings) {
    this.stream = stream;
    this.input = new Chain(blocks);
    this.output = new Output(stream, settings);
  }
}

/** What `channel_program.ts` tells `channels.ts`. */
import type { MessagePort } from "node:worker_threads";
import type { ReceiverAddress, SenderAddress } from "../src/mod.ts";
import type { ByteReaderAddress } from "../src/mod.ts";

export type ChannelReport =
  | {
    readonly kind: "roundTrips";
    readonly name: string;
    readonly p50Us: number;
    readonly p99Us: number;
  }
  | { readonly kind: "messages"; readonly name: string; readonly perSecond: number }
  | { readonly kind: "bytes"; readonly name: string; readonly mibPerSecond: number };

/** What the other thread is to do. */
export type Partner =
  | { readonly kind: "echoPort"; readonly port: MessagePort }
  | { readonly kind: "countPort"; readonly port: MessagePort; readonly count: number }
  | {
    readonly kind: "echoMachine";
    readonly receiver: ReceiverAddress;
    readonly sender: SenderAddress;
  }
  | { readonly kind: "countMachine"; readonly receiver: ReceiverAddress }
  | { readonly kind: "bytesMachine"; readonly reader: ByteReaderAddress };

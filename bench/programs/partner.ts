import type { MessagePort } from "node:worker_threads";
import type { ReceiverAddress, SenderAddress } from "../../src/mod.ts";
import type { ByteReaderAddress } from "../../src/mod.ts";

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

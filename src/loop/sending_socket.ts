import type { Pointer } from "../../ffi/runtime/contract.ts";
import type { SendRequest } from "../handle/send_request.ts";
import type { Memory } from "../memory/memory.ts";

/** A socket that sends datagrams. */
export interface SendingSocket {
  /** The libuv handle. */
  readonly pointer: Pointer;
  /** Halves of its address. */
  readonly addressLow: number;
  readonly addressHigh: number;
  readonly fd: number;
  /** Datagrams and bytes in the present turn; the queue's to set. */
  gathered: number;
  gatheredBytes: number;
  /** Whether datagrams wait in libuv: others go behind them. */
  readonly isQueueing: boolean;
  /** A request, to have libuv send a datagram. */
  sendRequest(): SendRequest;
  /** libuv has taken one. */
  queued(): void;
  /** A datagram was not sent. */
  sendFailed(status: number): void;
  /** Datagrams of this turn have left, or were handed to libuv. */
  progressed(): void;
  /** Lets go of memory that was sent, or never will be. */
  letGo(memory: Memory): void;
  /** What messages call it. */
  subject(): string;
}

/** Where a datagram goes. */
export interface Destination {
  /** A `sockaddr`. */
  readonly words: Int32Array;
  /** 0 for the peer that the socket is connected to. */
  readonly byteLength: number;
}

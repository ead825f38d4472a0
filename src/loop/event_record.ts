import { UvError } from "../error/uv_error.ts";
import type { IoEvent, IoEventKind } from "../io/event.ts";
import type { HostAddress, IpAddress } from "../io/address.ts";
import type { FileStatus } from "../io/file_status.ts";
import type { Handle } from "../io/handle.ts";
import type { IoRequest } from "../io/request.ts";
import type { Stream } from "../io/stream.ts";
import type { Block } from "../memory/block.ts";

/** A socket that knows where the senders of its datagrams are noted. */
interface PeerReader {
  peerOf(block: Block): IpAddress | undefined;
}

/**
 * The one event object of a loop. Every kind has the same fields, so that reading them stays fast
 * whatever comes; `IoEvent` shows each kind only its own.
 */
export class EventRecord {
  kind: IoEventKind = "closed";
  handle: Handle | undefined = undefined;
  stream: Stream | undefined = undefined;
  block: Block | undefined = undefined;
  byteLength = 0;
  isPartial = false;
  isReadable = false;
  isWritable = false;
  isDisconnected = false;
  isPrioritized = false;
  signum = 0;
  count = 0;
  exitStatus = 0;
  received: Handle | undefined = undefined;
  termSignal: string | undefined = undefined;
  name = "";
  isRename = false;
  isChange = false;
  overflow = 0;
  previous: FileStatus | undefined = undefined;
  current: FileStatus | undefined = undefined;
  request: IoRequest | undefined = undefined;
  addresses: readonly HostAddress[] = [];
  #status = 0;
  #syscall = "";
  #subject = "";
  #error: UvError | undefined;

  /** Says what failed. The error is only made when somebody asks for it: that takes longest. */
  setFailure(status: number, syscall: string, subject: string): void {
    this.#status = status;
    this.#syscall = syscall;
    this.#subject = subject;
    this.#error = undefined;
  }

  /** What failed; the same object as long as the event lasts. */
  get error(): UvError {
    return this.#error ??= new UvError(this.#status, this.#syscall, this.#subject);
  }

  /** A view of the bytes that were read; made for this call. */
  get bytes(): Uint8Array {
    if ((this.kind !== "read" && this.kind !== "datagram") || this.block === undefined) {
      throw new TypeError(`A ${this.kind} event has no bytes`);
    }
    return this.block.bytes.subarray(0, this.byteLength);
  }

  /** The sender of a datagram, as its socket reads it. */
  get peer(): IpAddress | undefined {
    if (this.kind !== "datagram") throw new TypeError(`A ${this.kind} event has no peer`);
    return (this.handle as unknown as PeerReader).peerOf(this.block as Block);
  }

  /** The record as an event. */
  as(kind: IoEventKind, handle: Handle): IoEvent {
    this.kind = kind;
    this.handle = handle;
    return this as unknown as IoEvent;
  }

  /** The record as an event of a request. */
  asRequest(kind: IoEventKind, request: IoRequest): IoEvent {
    this.kind = kind;
    this.handle = undefined;
    this.request = request;
    return this as unknown as IoEvent;
  }
}

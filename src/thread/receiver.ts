import { receiveMessageOnPort } from "node:worker_threads";
import { ClosedError } from "../error/closed_error.ts";
import { CHANNEL_KIND, ChannelState } from "./channel_state.ts";
import { type EndAddress, endFrom, type EndParts } from "./end.ts";
import { WaitingEnd } from "./waiting_end.ts";

/** The answer of `tryReceive`. */
export type Received<T> =
  | { readonly kind: "message"; readonly message: T }
  /** Nothing now; the end waits for it, see `notify`. */
  | { readonly kind: "empty" }
  /** Nothing any more: all was received. */
  | { readonly kind: "closed"; readonly error: Error | undefined };

/** How a message is received. */
export interface ReceiveOptions {
  readonly signal?: AbortSignal;
}

/** A receiver as a value: see `Receiver.address`. */
export type ReceiverAddress = EndAddress<"receiver">;

/** What a port gives. */
interface Envelope<T> {
  readonly message: T;
}

const empty = { kind: "empty" } as const;

/** The end of a channel that takes. There is one, and it belongs to one thread at a time. */
export class Receiver<T> extends WaitingEnd<ChannelState, "receiver">
  implements AsyncIterable<T>, Disposable {
  /** Where to look first: the senders have turns. */
  #next = 0;
  #hasEnded = false;
  #wasClosed = false;

  /** Made by `Channel` and `receiverFrom`. */
  constructor(parts: EndParts<ChannelState>) {
    super(parts, "receiver", "receiver of a channel");
  }

  /** How many messages were sent and not received yet; some may be on their way. */
  get length(): number {
    return this.#hasEnded ? 0 : this.state.count;
  }

  /** Takes the next message if there is one. Senders have turns if several have sent. */
  tryReceive(): Received<T> {
    this.assertHere("receive");
    return this.line.length > 0 ? empty : this.#take();
  }

  /**
   * Takes the next message, and waits for it if there is none. Several calls are served in order.
   *
   * @throws (rejects) {ClosedError} when the channel is closed and all was received, or the error
   *   it was closed with
   */
  async receive(options?: ReceiveOptions): Promise<T> {
    const received = await this.#receive(options);
    if (received.kind === "message") return received.message;
    throw this.error ?? new ClosedError("channel", "receive");
  }

  /** The messages, to the end; an error that the channel was closed with is thrown there. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, void> {
    try {
      for (;;) {
        const received = await this.#receive();
        if (received.kind === "message") yield received.message;
        else if (received.error !== undefined) throw received.error;
        else return;
      }
    } finally {
      this.close(); // a loop that is left does not want the rest
    }
  }

  /** Takes no more: what was sent and not received is dropped, and senders are told. */
  close(error?: Error): void {
    this.assertHere("close it");
    if (this.#hasEnded) return;
    this.state.fail(error);
    this.#wasClosed = true;
    this.#end();
    this.line.refuseAll(this.error ?? new ClosedError("channel", "receive"));
  }

  /** See `close`. */
  [Symbol.dispose](): void {
    this.close();
  }

  /**
   * The receiver as a value for another thread: see `End.address`.
   *
   * @throws {ClosedError} when this receiver was closed, or has received all
   */
  override address(): ReceiverAddress {
    if (this.#hasEnded) throw new ClosedError("receiver", "send it to another thread");
    return super.address();
  }

  #receive(options?: ReceiveOptions): Promise<Exclude<Received<T>, { kind: "empty" }>> {
    this.assertHere("receive");
    return this.line.wait(({ resolve }) => {
      const received = this.#take();
      if (received.kind === "empty") return false;
      resolve(received);
      return true;
    }, options);
  }

  #take(): Received<T> {
    if (!this.#hasEnded) {
      const taken = this.state.take(this.#look);
      if (taken === "empty") return empty;
      if (taken !== "ended") return { kind: "message", message: taken.message };
      this.#end();
    }
    return { kind: "closed", error: this.#wasClosed ? undefined : this.error };
  }

  /** Looks at the ports, from one sender to the next; kept as a value, since each take uses it. */
  readonly #look = (): Envelope<T> | undefined => {
    this.links.refresh();
    const { all } = this.links;
    for (let tries = all.length; tries > 0; tries--) {
      if (this.#next >= all.length) this.#next = 0;
      const link = all[this.#next] as (typeof all)[number];
      if (link.data !== undefined) {
        const { hasLeft } = link; // if so, then before this look: nothing comes after it
        const found = receiveMessageOnPort(link.data) as Envelope<T> | undefined;
        if (found !== undefined) {
          this.#next++;
          return found;
        }
        if (hasLeft) {
          this.links.remove(link);
          continue;
        }
      }
      this.#next++;
    }
    return undefined;
  };

  /** All was received, or nobody wants it: senders that wait may be told, and ports are closed. */
  #end(): void {
    this.#hasEnded = true;
    this.keeper?.locals.delete(this);
    this.links.wake("all");
    this.links.close();
  }
}

/** Makes a receiver of an address that came from another thread. */
export function receiverFrom<T>(address: ReceiverAddress): Receiver<T> {
  return new Receiver<T>(endFrom(address, "receiver", "receiverFrom", CHANNEL_KIND, ChannelState));
}

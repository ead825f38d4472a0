import type { Transferable } from "node:worker_threads";
import { ClosedError } from "../error/closed_error.ts";
import { optionsObject } from "../handle/argument.ts";
import { CHANNEL_KIND, ChannelState } from "./channel_state.ts";
import { type EndAddress, endFrom, type EndParts } from "./end.ts";
import { type Link, Links } from "./links.ts";
import { WaitingEnd } from "./waiting_end.ts";

/** The answer of `trySend`: `full` says that the end waits for room, see `notify`. */
export type SendAnswer = "ok" | "full" | "closed";

/** How a message is sent. */
export interface SendOptions {
  /** Objects that are moved instead of being cloned, as for `postMessage`. */
  readonly transfer?: readonly Transferable[];
  /** Takes a message back that waits for room. */
  readonly signal?: AbortSignal;
}

/** A sender as a value: see `Sender.address`. */
export type SenderAddress = EndAddress<"sender">;

/**
 * The end of a channel that gives. It belongs to one thread; `clone` makes more senders. What one
 * sender sends is received in that order.
 */
export class Sender<T> extends WaitingEnd<ChannelState, "sender"> implements Disposable {
  readonly #port: Link["data"];
  #isClosing = false;
  #hasLeft = false;

  /** Made by `Channel`, `clone` and `senderFrom`. */
  constructor(parts: EndParts<ChannelState>) {
    super(parts, "sender", "sender of a channel");
    this.#port = this.links.all.find(({ data }) => data !== undefined)?.data;
  }

  /** How many messages were sent, by all senders, and not received yet. */
  get length(): number {
    return this.state.count;
  }

  /**
   * Sends a message if there is room for it now: a structured clone of it.
   *
   * @returns `full` also while messages of `send` wait for room, and `closed` when it was closed
   * @throws {DOMException} `DataCloneError` for what cannot be cloned; nothing was sent then
   */
  trySend(message: T, options: SendOptions = {}): SendAnswer {
    this.assertHere("send");
    if (this.#isClosing) return "closed";
    return this.line.length > 0 ? "full" : this.#attempt(message, options);
  }

  /**
   * Sends a message, and waits for room if there is none. The message is cloned when there is room:
   * it must not be changed before. Messages leave in the order of the calls.
   *
   * @throws (rejects) {ClosedError} when the channel is closed, or the error it was closed with
   */
  async send(message: T, options: SendOptions = {}): Promise<void> {
    this.assertHere("send");
    if (this.#isClosing) throw this.#closedError();
    await this.line.wait<void>(({ resolve, reject }) => {
      try {
        const answer = this.#attempt(message, options);
        if (answer === "full") return false;
        if (answer === "ok") resolve();
        else reject(this.#closedError());
      } catch (error) {
        reject(error);
      }
      return true;
    }, options);
  }

  /** Makes another sender of the same channel. The channel is closed when all senders are. */
  clone(): Sender<T> {
    this.assertHere("clone it");
    if (this.#isClosing) throw new ClosedError("sender", "clone it");
    this.state.join();
    const state = new ChannelState(this.state.buffer);
    const links = new Links(state, this.links.introduce("sender"));
    return new Sender<T>({ state, links, keeper: this.keeper });
  }

  /**
   * Sends no more. Messages that wait for room are sent first. When the last sender has closed, the
   * receiver gets what was sent, and then hears the end. With an error the channel is closed at
   * once, for all senders; messages that wait for room are refused, those that were sent are
   * received before the error is.
   */
  close(error?: Error): void {
    this.assertHere("close it");
    if (this.#hasLeft) return;
    if (error !== undefined) this.state.fail(error);
    this.#isClosing = true;
    if (error !== undefined) this.line.refuseAll(this.#closedError());
    if (this.line.length === 0) this.#leave();
    else this.line.wait<void>(({ resolve }) => (this.#leave(), resolve(), true));
  }

  /** See `close`. */
  [Symbol.dispose](): void {
    this.close();
  }

  /**
   * The sender as a value for another thread: see `End.address`.
   *
   * @throws {ClosedError} when this sender was closed
   */
  override address(): SenderAddress {
    if (this.#isClosing) throw new ClosedError("sender", "send it to another thread");
    return super.address();
  }

  #attempt(message: T, options: SendOptions): SendAnswer {
    const { transfer } = optionsObject(options);
    const outcome = this.state.send(() => this.#post(message, transfer));
    return outcome === "sent" ? "ok" : outcome;
  }

  #post(message: T, transfer: SendOptions["transfer"]): void {
    if (transfer === undefined) this.#port?.postMessage(message);
    else this.#port?.postMessage(message, [...transfer]);
  }

  #leave(): void {
    if (this.#hasLeft) return;
    this.#hasLeft = true;
    this.keeper?.locals.delete(this);
    this.links.leave();
    this.state.leave();
  }

  #closedError(): Error {
    return this.error ?? new ClosedError("channel", "send");
  }
}

/** Makes a sender of an address that came from another thread. */
export function senderFrom<T>(address: SenderAddress): Sender<T> {
  return new Sender<T>(endFrom(address, "sender", "senderFrom", CHANNEL_KIND, ChannelState));
}

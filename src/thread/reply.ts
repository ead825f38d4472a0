import type { MessagePort, Transferable } from "node:worker_threads";
import { ClosedError } from "../error/closed_error.ts";
import { optionsObject } from "../handle/argument.ts";
import { StateError } from "../error/state_error.ts";
import type { Notifier } from "../machine/scope.ts";
import type { BellWatch } from "./bell_watch.ts";
import { Channel } from "./channel.ts";
import type { Exiting } from "./end.ts";
import {
  type Received,
  type ReceiveOptions,
  Receiver,
  type ReceiverAddress,
  receiverFrom,
} from "./receiver.ts";
import { type Sender, type SenderAddress, senderFrom } from "./sender.ts";
import { WaitingLine } from "./waiting_line.ts";

/** The writing end of a reply as a value; `ports` is its transfer list. */
export interface ReplyWriterAddress {
  readonly senders: readonly SenderAddress[];
  readonly ports: MessagePort[];
}

/** Fills a reply: once. */
export class ReplyWriter<T> implements Disposable {
  readonly #senders: readonly Sender<T>[];
  #isDone = false;

  /** Made by `Reply` and `replyWriterFrom`. */
  constructor(senders: readonly Sender<T>[]) {
    this.#senders = senders;
  }

  /**
   * Gives the value: each reader gets a structured clone of it.
   *
   * @param options `transfer` is for a reply with one reader
   * @throws {StateError} the second time
   * @throws {DOMException} `DataCloneError`; the reply is still to be filled then
   */
  fill(value: T, options: { readonly transfer?: readonly Transferable[] } = {}): void {
    this.#assertOpen("fill");
    if (this.#senders.length > 1) structuredClone(value); // all readers get it, or none
    for (const sender of this.#senders) sender.trySend(value, options);
    this.#close();
  }

  /** Gives an error instead: each reader gets it. */
  fail(error: Error): void {
    this.#assertOpen("fail");
    this.#close(error);
  }

  /** Gives up, if it was not filled: readers get a `ClosedError`. */
  [Symbol.dispose](): void {
    if (!this.#isDone) this.#close();
  }

  /** The writer as a value for `postMessage`. This object is used up by that. */
  address(): ReplyWriterAddress {
    this.#assertOpen("send the writer to another thread");
    this.#isDone = true;
    const senders = this.#senders.map((sender) => sender.address());
    return { senders, ports: senders.flatMap(({ ports }) => ports) };
  }

  #close(error?: Error): void {
    this.#isDone = true;
    for (const sender of this.#senders) sender.close(error);
  }

  #assertOpen(operation: string): void {
    if (this.#isDone) throw new StateError(operation, "the reply was filled, or the writer sent");
  }
}

/** Reads a reply, as often as it likes. */
export class ReplyReader<T> {
  readonly #receiver: Receiver<T>;
  #received: Exclude<Received<T>, { kind: "empty" }> | undefined;
  readonly #line: WaitingLine;

  /** Made by `Reply` and `replyReaderFrom`. */
  constructor(receiver: Receiver<T>) {
    this.#receiver = receiver;
    this.#line = new WaitingLine(receiver.watch);
  }

  /** What tells of the reply, for `select`. */
  get watch(): BellWatch {
    return this.#receiver.watch;
  }

  /** The reply, if it is there: a `message` or `closed`, and the same every time. */
  tryReceive(): Received<T> {
    if (this.#received !== undefined) return this.#received;
    const received = this.#receiver.tryReceive();
    if (received.kind === "empty") return received;
    this.#received = received;
    if (received.kind === "message") this.#receiver.close();
    return received;
  }

  /**
   * Waits for the reply. Any number may wait.
   *
   * @throws (rejects) the error of `fail`; {ClosedError} when nobody will fill it any more
   */
  async read(options?: ReceiveOptions): Promise<T> {
    return await this.#line.wait<T>(({ resolve, reject }) => {
      const received = this.tryReceive();
      if (received.kind === "empty") return false;
      if (received.kind === "message") resolve(received.message);
      else reject(received.error ?? new ClosedError("reply", "read"));
      return true;
    }, options);
  }

  /** Binds the reader to a machine: see `End.notify`. */
  notify(notifier: Notifier | undefined): void {
    if (this.#received === undefined) this.#receiver.notify(notifier);
    else notifier?.wakeup();
  }

  /**
   * The reader as a value for `postMessage`. This object is used up by that.
   *
   * @throws {StateError} when the reply was read here, or somebody waits for it
   */
  address(): ReceiverAddress {
    const isUnused = this.#received === undefined && this.#line.length === 0;
    if (isUnused) return this.#receiver.address();
    throw new StateError("send the reader to another thread", "the reply was read here");
  }
}

/** How a reply is made. */
export interface ReplyOptions {
  /** How many readers there are, so that each can go to a thread of its own; the default is 1. */
  readonly readers?: number;
}

/** A value that is given once, and read by whoever waits for it (Hopac's `IVar`). */
export class Reply<T> {
  readonly writer: ReplyWriter<T>;
  readonly readers: readonly ReplyReader<T>[];
  readonly #channels: readonly Channel<T>[];

  /** @throws {RangeError} unless `readers` is a whole number from 1 */
  constructor(options: ReplyOptions = {}) {
    const { readers = 1 } = optionsObject(options);
    if (!(Number.isSafeInteger(readers) && readers >= 1)) {
      throw new RangeError(`readers must be a whole number from 1: ${readers}`);
    }
    this.#channels = Array.from({ length: readers }, () => new Channel<T>({ capacity: 1 }));
    this.writer = new ReplyWriter<T>(this.#channels.map(({ sender }) => sender));
    this.readers = this.#channels.map(({ receiver }) => new ReplyReader<T>(receiver));
  }

  /** The first reader. */
  get reader(): ReplyReader<T> {
    return this.readers[0] as ReplyReader<T>;
  }

  /** Gives up from outside, wherever the ends are: readers get the error, or a `ClosedError`. */
  close(error?: Error): void {
    for (const channel of this.#channels) channel.close(error);
  }

  /** Gives up when a thread has ended before it filled the reply. */
  closeOnExit(thread: Exiting, error?: Error): this {
    thread.once("exit", () => this.close(error));
    return this;
  }
}

/** Makes a writer of an address that came from another thread. */
export function replyWriterFrom<T>(address: ReplyWriterAddress): ReplyWriter<T> {
  if (!Array.isArray(address?.senders)) {
    throw new TypeError("replyWriterFrom() takes what address() of such an end returned");
  }
  return new ReplyWriter<T>(address.senders.map((sender: SenderAddress) => senderFrom<T>(sender)));
}

/** Makes a reader of an address that came from another thread. */
export function replyReaderFrom<T>(address: ReceiverAddress): ReplyReader<T> {
  return new ReplyReader<T>(receiverFrom<T>(address));
}

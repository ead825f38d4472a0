import {
  MessageChannel,
  type MessagePort,
  receiveMessageOnPort,
  type Transferable,
  type Worker,
} from "node:worker_threads";
import { runtime } from "../../ffi/runtime/current.ts";
import { notifierFrom } from "../loop/notifier.ts";
import type { Notifier, NotifierAddress } from "../machine/scope.ts";
import type { ThreadSettings } from "./loop_thread_options.ts";
import { MessageSlots } from "./message_slots.ts";
import { moduleWorker } from "./module_worker.ts";
import { ResultListener } from "./result_listener.ts";
import { ownThreadLock, threadLockName } from "./thread_lock.ts";
import {
  leaveRunning,
  type Order,
  type Report,
  stage,
  type ThreadData,
  threadWords,
} from "./thread_messages.ts";

/** Who is at the owner's end of a line. */
export interface LineEvents {
  reported(report: Report): void;
  /** The thread is gone; all its reports have come. */
  exited(code: number, error: unknown): void;
}

/** The line between a loop thread and its owner, on the owner's side: the thread and its port. */
export class ThreadLine {
  readonly words = new Int32Array(new SharedArrayBuffer(threadWords.length * 4));
  readonly #slots = new MessageSlots(new SharedArrayBuffer(MessageSlots.byteLength));
  readonly #results: ResultListener | undefined;
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #disownLock: () => void;
  #notifier: Notifier | undefined;
  #sent = 0;
  #exitCode = 0;
  #error: unknown;

  constructor(settings: ThreadSettings, events: LineEvents) {
    const { module, mode, loop, data, transfer, onError } = settings;
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    const isDeno = runtime().name === "deno";
    const resultSlots = isDeno ? new SharedArrayBuffer(MessageSlots.byteLength) : undefined;
    const lock = threadLockName();
    this.#results = resultSlots &&
      new ResultListener(this.words, resultSlots, (result) => events.reported(result));
    const workerData: ThreadData = {
      port: port2,
      module,
      mode,
      loop,
      data,
      tellsErrors: onError !== undefined,
      lock,
      words: this.words.buffer,
      slots: this.#slots.buffer,
      resultSlots,
    };
    this.#worker = moduleWorker(new URL("./loop_thread_worker.ts", import.meta.url), {
      workerData,
      transferList: [port2, ...transfer],
    });
    this.#disownLock = ownThreadLock(lock);
    port1.on("message", (report: Report) => events.reported(report));
    this.#worker.on("error", (error) => this.#error = error);
    // Deno tells of an exit that it has only ordered; the port closes when the thread is gone.
    let signs = isDeno ? 2 : 1;
    const hasSign = () => --signs === 0 && this.#gone(events);
    this.#worker.on("exit", (code) => {
      this.#exitCode = code;
      hasSign();
    });
    if (isDeno) port1.on("close", hasSign);
  }

  /** The thread is ready: orders wake its loop from now on. */
  connect(address: NotifierAddress): void {
    this.#notifier = notifierFrom(address);
  }

  /** Sends an order. @throws {DOMException} DataCloneError for arguments that cannot be cloned */
  send(order: Order, transfer?: readonly Transferable[]): void {
    if (transfer !== undefined) this.#port.postMessage(order, transfer as Transferable[]);
    else if (!this.#fits(order)) this.#port.postMessage(order);
    Atomics.store(this.words, threadWords.sent, ++this.#sent);
    if (Atomics.load(this.words, threadWords.awake) === 0) this.#notifier?.wakeup();
  }

  /** Puts an order into its slot, if that is possible. */
  #fits(order: Order): boolean {
    if (!Array.isArray(order)) return false;
    return this.#slots.write(this.#sent, Atomics.load(this.words, threadWords.taken), order);
  }

  /** Gives up a start. */
  cancel(): void {
    Atomics.store(this.words, threadWords.cancel, 1);
    Atomics.notify(this.words, threadWords.cancel);
  }

  /** Has the thread never begin to close its loop. False while it closes it. */
  forbidClosing(): boolean {
    return leaveRunning(this.words, stage.forced) !== stage.closing;
  }

  /** How far the thread has come. */
  get stage(): number {
    return Atomics.load(this.words, threadWords.stage);
  }

  /**
   * Ends the thread by force. Never while it is inside libuv: that would hang in both runtimes.
   *
   * A system call under way it does not end; in Deno, neither a module that computes while it is
   * loaded: see `thread_lock.ts`.
   */
  terminate(): void {
    void this.#worker.terminate();
  }

  /** The thread keeps the process alive, or does not. */
  set keepsAlive(value: boolean) {
    if (value) this.#worker.ref();
    else this.#worker.unref();
    if (value) this.#port.ref();
    else this.#port.unref();
  }

  #gone(events: LineEvents): void {
    this.#results?.end();
    this.#readRest(events);
    this.#port.close();
    this.#disownLock();
    events.exited(this.#exitCode, this.#error);
  }

  /** The end of a thread can be told before its last messages. */
  #readRest(events: LineEvents): void {
    for (let report; (report = this.#nextReport()) !== undefined;) events.reported(report);
  }

  #nextReport(): Report | undefined {
    try {
      return (receiveMessageOnPort(this.#port) as { message: Report } | undefined)?.message;
    } catch {
      return undefined; // Deno: the other end has closed the port, after all messages were read
    }
  }
}

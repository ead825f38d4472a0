import { uv_handle_type } from "../../ffi/libuv/constants.ts";
import { errorNumber } from "../../ffi/libuv/error_number.ts";
import type { Stock } from "../../ffi/memory/stock.ts";
import { hasDescriptors } from "../../ffi/memory/system.ts";
import { kind as recordKind } from "../../ffi/thunks/kinds.ts";
import { BaseHandle } from "./handle.ts";
import type { StreamHandle } from "./stream.ts";

/** How long a listener that met the limit of open files waits before it tries again. */
const RETRY_MS = 100;

/**
 * The accepting half of a listener: handles that stand ready in a native stack, from which the
 * connection callback takes one for each connection, without a return to TypeScript in between.
 *
 * Our array mirrors the native stack: native code pops from the top while libuv runs, and the
 * records tell of it in that order. It is filled up only when all records are drained.
 */
export class Acceptor {
  readonly #listener: StreamHandle;
  readonly #newPeer: () => StreamHandle;
  readonly #stock: Stock;
  readonly #peers: StreamHandle[] = [];
  readonly #size: number;
  #isRefilling = false;
  /** Stopped by the machine. */
  #isStopped = false;
  /** libuv holds a connection, and waits for us to accept it. */
  #hasWaiting = false;
  #retry: RetryTimer | undefined;

  /** @param newPeer makes a handle that a connection can be accepted into */
  constructor(listener: StreamHandle, newPeer: () => StreamHandle) {
    const { core } = listener;
    this.#listener = listener;
    this.#newPeer = newPeer;
    this.#size = core.settings.acceptsPerTurn;
    this.#stock = core.native.stock(this.#size);
    // One record an accept, one for a connection that waits, one for an error.
    core.native.ring.reserve(this.#size + 2);
    listener.cell.setExtra(this.#stock.address);
    core.acceptors.add(this);
    this.#refill();
  }

  /** A record of the listener: see `kinds.ts`. */
  record(kind: number, status: number): void {
    this.#refillLater();
    if (kind === recordKind.CONNECTION) this.#accepted(status);
    else if (kind === recordKind.CONNECTION_WAITING) this.#waiting();
    else if (kind === recordKind.CONNECTION_FAILED) {
      this.#listener.deliverFailure("acceptFailed", status, "accept a connection on");
    }
  }

  /**
   * What `thunks.c` does when libuv tells of EMFILE, which newer releases do not: where no
   * descriptor is left the reserve makes room for one connection, and that one is left waiting.
   */
  meetLimit(): void {
    if (this.#stock.paused || hasDescriptors(1)) return;
    this.#stock.pause();
    this.#listener.core.native.giveUpReserve();
    this.record(recordKind.CONNECTION_FAILED, errorNumber("UV_EMFILE"));
  }

  /** Leaves connections with the kernel from now on. */
  stop(): void {
    this.#isStopped = true;
    this.#stock.pause();
  }

  /** Accepts again. */
  start(): void {
    if (!this.#isStopped) return;
    this.#isStopped = false;
    if (this.#hasWaiting) this.#waiting();
    else if (this.#retry === undefined) this.#stock.resume();
  }

  /** Closes the handles that stand ready, and those that were accepted too late to be told of. */
  close(): void {
    this.#listener.core.acceptors.delete(this);
    this.#stock.pause();
    for (const peer of this.#peers) peer.close();
    this.#peers.length = 0;
    if (this.#retry?.state === "open") this.#retry.close();
    this.#listener.core.native.ring.release(this.#size + 2);
  }

  /** Frees the stack. SAFETY: the listener's close record was drained. */
  free(): void {
    this.#stock.free();
  }

  #accepted(status: number): void {
    const peer = this.#peers.pop() as StreamHandle;
    this.#deliver(peer, status);
  }

  #deliver(peer: StreamHandle, status: number): void {
    const { owner, core } = this.#listener;
    if (status < 0 || owner === undefined) {
      peer.close();
      return;
    }
    core.counters.accepted++;
    peer.accepted(owner);
    this.#listener.deliverConnection(peer);
  }

  /** libuv holds a connection, and does not watch the listener until it is accepted. */
  #waiting(): void {
    this.#hasWaiting = this.#isStopped;
    if (this.#isStopped) return;
    if (this.#stock.paused && !this.#listener.core.native.restock()) return this.#startRetry();
    this.#stock.resume();
    this.#listener.core.later.push(() => {
      if (this.#listener.state === "open") this.#acceptWaiting();
    });
  }

  #acceptWaiting(): void {
    this.#refill();
    const peer = this.#peers.pop() as StreamHandle;
    this.#stock.pop();
    const { uv } = this.#listener.core.native;
    const status = uv.uv_accept(this.#listener.cell.pointer, peer.cell.pointer);
    this.#refillLater();
    this.#deliver(peer, status);
  }

  #startRetry(): void {
    this.#retry ??= new RetryTimer(this.#listener, () => {
      if (!this.#listener.core.native.restock()) return;
      this.#retry?.close();
      this.#retry = undefined;
      this.#stock.resume();
      this.#acceptWaiting();
    });
  }

  #refillLater(): void {
    if (this.#isRefilling) return;
    this.#isRefilling = true;
    this.#listener.core.later.push(() => {
      this.#isRefilling = false;
      if (this.#listener.state === "open") this.#refill();
    });
  }

  #refill(): void {
    this.#stock.clearFailed();
    while (this.#stock.room > 0) {
      const peer = this.#newPeer();
      this.#peers.push(peer);
      this.#stock.push(peer.cell);
    }
  }
}

/** A timer of the listener's own: no machine hears of it. */
class RetryTimer extends BaseHandle {
  readonly kind = "timer";
  readonly #fired: () => void;

  constructor(listener: StreamHandle, fired: () => void) {
    super(listener.core, uv_handle_type.UV_TIMER, undefined);
    this.#fired = fired;
    const { uv, callbacks, pointer } = this.core.native;
    this.checkInit(uv.uv_timer_init(pointer, this.pointer));
    uv.uv_timer_start(this.pointer, callbacks.on_timer, RETRY_MS, RETRY_MS);
  }

  protected onRecord(): void {
    this.#fired();
  }
}

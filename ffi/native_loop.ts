import { uv_run_mode } from "./libuv/constants.ts";
import type { Core } from "./libuv/core.ts";
import { uv_errno_t } from "./libuv/errno.ts";
import { openLibrary } from "./libuv/library.ts";
import { SocketAddressBuffer } from "./libuv/socket_address.ts";
import { type Allocation, Arena } from "./memory/arena.ts";
import { BufList } from "./memory/buf_list.ts";
import { Cell } from "./memory/cell.ts";
import { type BlockSizes, Ring } from "./memory/ring.ts";
import { Stock } from "./memory/stock.ts";
import { hasDescriptors, spareFd, system, systemAddress } from "./memory/system.ts";
import type { Pointer } from "./runtime/contract.ts";
import type { CallbackPointers, Callbacks } from "./thunks/callback_pointers.ts";
import { acquireCallbacks, releaseCallbacks } from "./thunks/callbacks.ts";
import { registerRing, unregisterRing } from "./thunks/ring_registry.ts";

/** `uv_loop_init` opens this many descriptors; with one or two left, 1.44 aborts the process. */
const LOOP_DESCRIPTORS = 6;

/**
 * The native half of a loop: the libuv loop, its ring, the memory of its handles and requests, and
 * the callbacks. It knows no handle of `src/`, only their cells.
 */
export class NativeLoop {
  readonly uv: Core = openLibrary().core;
  readonly arena = new Arena();
  /** For the writes that are made at once. */
  readonly bufs = new BufList();
  /** For those that are submitted with more than one buffer: they stay until the poll. */
  readonly submittedBufs = new BufList();
  #sendBufs: BufList | undefined;
  readonly socketAddress = new SocketAddressBuffer();
  readonly ring: Ring;
  /** The `uv_loop_t`, as the runtime's pointer. */
  readonly pointer: Pointer;
  /** What libuv is given to call. */
  readonly callbacks: CallbackPointers;
  readonly #callbacks: Callbacks;
  readonly #loop: Allocation;
  /** Where `uv_fileno` writes. */
  readonly #fd = this.arena.take(8);
  readonly #handleBytes: (number | undefined)[] = [];
  readonly #requestBytes: (number | undefined)[] = [];

  /** @param sizes of the blocks that reads are given; a number where they have one size */
  constructor(sizes: BlockSizes | number) {
    this.#loop = this.arena.take(Number(this.uv.uv_loop_size()));
    this.pointer = this.#loop.pointer;
    this.#callbacks = acquireCallbacks();
    this.callbacks = this.#callbacks.pointers;
    this.ring = new Ring(sizes, {
      uv_accept: openLibrary().address("uv_accept"),
      uv_read_stop: openLibrary().address("uv_read_stop"),
      uv_now: openLibrary().address("uv_now"),
      uv_try_write: openLibrary().address("uv_try_write"),
      uv_stop: openLibrary().address("uv_stop"),
      close: systemAddress("close"),
    });
    registerRing(this.ring);
  }

  /** Whether JavaScript runs inside libuv: only where machine code is not to be had. */
  get callbackMake(): Callbacks["make"] {
    return this.#callbacks.make;
  }

  /** How often JavaScript ran inside libuv, over all loops of this thread. */
  get callbackCalls(): number {
    return this.#callbacks.calls();
  }

  /** `uv_loop_init`, after making sure that it cannot abort. Returns 0 or an error. */
  open(): number {
    if (!hasDescriptors(LOOP_DESCRIPTORS)) return uv_errno_t.UV_EMFILE;
    const status = this.uv.uv_loop_init(this.pointer);
    if (status === 0) {
      this.restock();
      this.ring.openBatch();
      this.readTime();
    }
    return status;
  }

  /** `uv_backend_fd`: readable when the loop has something to do. */
  get backendFd(): number {
    return this.uv.uv_backend_fd(this.pointer);
  }

  /** `uv_backend_timeout`: how long the loop may sleep, in milliseconds; Infinity: no timer. */
  get backendTimeoutMs(): number {
    const timeoutMs = this.uv.uv_backend_timeout(this.pointer);
    return timeoutMs < 0 ? Infinity : timeoutMs;
  }

  /** Waits for events, or only looks for them; returns when the callbacks have run. */
  run(mayWait: boolean): void {
    this.uv.uv_run(this.pointer, mayWait ? uv_run_mode.UV_RUN_ONCE : uv_run_mode.UV_RUN_NOWAIT);
  }

  /** Brings the loop's time up to date after a while outside `uv_run`. */
  readTime(): void {
    this.uv.uv_update_time(this.pointer);
    this.ring.now = Number(this.uv.uv_now(this.pointer));
  }

  /** A cell for a handle of a type (`uv_handle_size`). */
  handleCell(type: number): Cell {
    const size = this.#handleBytes[type] ??= Number(this.uv.uv_handle_size(type));
    return new Cell(this.arena, size, this.ring.address);
  }

  /** A cell for a request of a type (`uv_req_size`). */
  requestCell(type: number): Cell {
    const size = this.#requestBytes[type] ??= Number(this.uv.uv_req_size(type));
    return new Cell(this.arena, size, this.ring.address);
  }

  /** The descriptor of a handle (`uv_fileno`), or -1. */
  fileno(handle: Pointer): number {
    const { region, offset, pointer } = this.#fd;
    return this.uv.uv_fileno(handle, pointer) < 0 ? -1 : region.i32[offset >>> 2] as number;
  }

  /** For datagrams that are submitted with more than one buffer. */
  get sendBufs(): BufList {
    return this.#sendBufs ??= new BufList();
  }

  /** A stack of handles for a listener. */
  stock(capacity: number): Stock {
    return new Stock(this.arena, capacity);
  }

  /** Closes what accept gives up: one descriptor is free then. */
  giveUpReserve(): void {
    if (this.ring.reserveFd >= 0) system().close(this.ring.reserveFd);
    this.ring.reserveFd = -1;
  }

  /** Opens what accept gives up at the limit of open files. False if there is none to be had. */
  restock(): boolean {
    if (this.ring.reserveFd < 0) this.ring.reserveFd = spareFd();
    return this.ring.reserveFd >= 0;
  }

  /** `uv_loop_close`: 0, or EBUSY while a handle is open. */
  close(): number {
    return this.uv.uv_loop_close(this.pointer);
  }

  /**
   * Gives all memory back. SAFETY: only after `close` returned 0, or `open` failed.
   *
   * @param keepsHandles leaves the memory of handles mapped for ever: another thread may look there
   */
  free(keepsHandles: boolean = false): void {
    this.giveUpReserve();
    unregisterRing(this.ring);
    this.ring.free();
    this.bufs.free();
    this.submittedBufs.free();
    this.#sendBufs?.free();
    this.socketAddress.free();
    if (!keepsHandles) this.arena.free();
    releaseCallbacks();
  }
}

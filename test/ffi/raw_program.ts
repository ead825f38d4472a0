/** A program on the raw layer, as a test sees it: what it opens is closed, and must be closable. */
import assert from "node:assert/strict";
import {
  callback,
  type CallbackBody,
  type CallbackName,
  errorText,
  type Libuv,
  libuv,
  type NativeCallback,
  NativeMemory,
  type NativeTypeName,
  type Piece,
  type Pointer,
  runtime,
  uv_run_mode,
} from "../../ffi/mod.ts";

const WATCHDOG_MS = 45_000; // an emulated machine needs long
const ADDRESS_BYTES = 128;

/** Settings of a program under test. */
export interface RawOptions {
  /** Whether a timer ends a test that waits for ever. It counts as a handle for `uv_walk`. */
  readonly watchdog?: boolean;
}

/** A loop, memory and callbacks. */
export class RawProgram {
  readonly uv: Libuv = libuv();
  readonly memory = new NativeMemory();
  readonly loop: Pointer;
  /** What happened, in the words of the test. */
  readonly events: string[] = [];
  readonly #callbacks: NativeCallback[] = [];
  readonly #open = new Set<Piece>();

  constructor({ watchdog = true }: RawOptions = {}) {
    this.loop = this.memory.allocate("uv_loop_t").pointer;
    assert.equal(this.uv.uv_loop_init(this.loop), 0);
    if (watchdog) this.#watch();
  }

  /** Initialises a handle, which is closed in the end unless the test closes it. */
  handle(type: NativeTypeName, init: (handle: Pointer) => number): Piece {
    const piece = this.memory.allocate(type);
    assertOk(init(piece.pointer), `init of ${type}`);
    this.#open.add(piece);
    return piece;
  }

  /** A timer, not started. */
  timer(): Pointer {
    return this.handle("uv_timer_t", (timer) => this.uv.uv_timer_init(this.loop, timer)).pointer;
  }

  /** A socket, not connected. */
  tcp(): Pointer {
    return this.handle("uv_tcp_t", (tcp) => this.uv.uv_tcp_init(this.loop, tcp)).pointer;
  }

  /** A callback, which is closed in the end. */
  callback<N extends CallbackName>(type: N, body: CallbackBody<N>): Pointer {
    const made = callback(type, body);
    this.#callbacks.push(made);
    return made.pointer;
  }

  /** A callback that adds to `events`. */
  noting(type: CallbackName, event: string): Pointer {
    return this.callback(type, () => void this.events.push(event));
  }

  /** Runs the loop until nothing is left to wait for, or as `mode` says. */
  run(mode: number = uv_run_mode.UV_RUN_DEFAULT): number {
    return this.uv.uv_run(this.loop, mode);
  }

  /** Runs the loop until something is so. */
  runUntil(done: () => boolean): void {
    while (!done()) {
      const alive = this.run(uv_run_mode.UV_RUN_ONCE);
      if (alive === 0 && !done()) assert.fail(`the loop ended; had ${this.events.join(", ")}`);
    }
  }

  /** Closes a handle; the callback may be null. */
  close(handle: Pointer, onClose: Pointer | null = null): void {
    this.forget(handle);
    this.uv.uv_close(handle, onClose);
  }

  /** Says that a handle is closed by other means. */
  forget(handle: Pointer): void {
    const address = runtime().address(handle); // Deno makes a new object for each pointer
    for (const piece of this.#open) if (piece.address === address) this.#open.delete(piece);
  }

  /** A `sockaddr`; without a port the system chooses one. */
  address(host = "127.0.0.1", port = 0): Pointer {
    const piece = this.memory.allocate(ADDRESS_BYTES);
    const text = this.memory.text(host);
    const parse = host.includes(":") ? this.uv.uv_ip6_addr : this.uv.uv_ip4_addr;
    assertOk(parse(text.pointer, port, piece.pointer), host);
    return piece.pointer;
  }

  /** One `uv_buf_t` with bytes behind it. */
  buf(content: string | number): Piece {
    const bytes = typeof content === "string"
      ? this.memory.text(content)
      : this.memory.allocate(content);
    const byteLength = typeof content === "string" ? bytes.byteLength - 1 : content;
    const buf = this.memory.allocate("uv_buf_t");
    buf.setPointer(0, bytes);
    buf.view.setBigUint64(8, BigInt(byteLength), true);
    return buf;
  }

  /** Closes what is open, and proves that nothing is left. */
  end(): void {
    for (const { pointer } of this.#open) this.close(pointer);
    this.run();
    assertOk(this.uv.uv_loop_close(this.loop), "uv_loop_close");
    for (const made of this.#callbacks) made.close();
    this.memory.free();
  }

  #watch(): void {
    const timer = this.timer();
    const overdue = this.callback("uv_timer_cb", () => {
      assert.fail(`the test waits for ever; had ${this.events.join(", ") || "no event"}`);
    });
    assert.equal(this.uv.uv_timer_start(timer, overdue, WATCHDOG_MS, 0), 0);
    this.uv.uv_unref(timer);
  }
}

/** Asserts that a function of libuv succeeded. */
export function assertOk(status: number, what: string): void {
  assert.ok(status >= 0, `${what}: ${status < 0 ? errorText(status).name : status}`);
}

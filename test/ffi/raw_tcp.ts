import assert from "node:assert/strict";
import { uv_handle_type, uv_req_type } from "../../ffi/libuv/constants.ts";
import { sockaddr_in, uv_buf_t } from "../../ffi/libuv/layouts.ts";
import { stock as stockLayout } from "../../ffi/memory/ring_layout.ts";
import type { Pointer } from "../../ffi/runtime/contract.ts";
import type { Native, RawLoop } from "./raw_loop.ts";

const { UV_TCP } = uv_handle_type;
const { UV_CONNECT, UV_WRITE, UV_SHUTDOWN } = uv_req_type;

/** Two ends of a connection. */
export interface Pair {
  readonly client: Native;
  readonly server: Native;
}

/** A listener on 127.0.0.1 and its stock, and what a client does. */
export class RawTcp {
  readonly loop: RawLoop;
  readonly listener: Native;
  readonly #address: { region: { u8: Uint8Array }; offset: number; pointer: Pointer };
  readonly #stock: ReturnType<RawLoop["memory"]>;

  /** Listens at once, unless told to wait for `listen`. */
  constructor(loop: RawLoop, { stockSize = 8, listening = true } = {}) {
    this.loop = loop;
    this.#address = ipv4(loop, "127.0.0.1", 0);
    this.#stock = loop.memory(stockLayout.size + stockSize * 8);
    this.listener = this.init("listener");
    loop.setExtra(this.listener, this.#stock.address);
    if (listening) this.listen();
  }

  listen(): void {
    const { core, callbacks } = this.loop;
    assert.equal(core.uv_tcp_bind(this.listener.pointer, this.#address.pointer, 0), 0);
    assert.equal(core.uv_listen(this.listener.pointer, 16, callbacks.pointers.on_connection), 0);
    const length = this.loop.memory(4);
    length.region.i32[length.offset / 4] = sockaddr_in.size;
    core.uv_tcp_getsockname(this.listener.pointer, this.#address.pointer, length.pointer);
  }

  /** A socket not yet connected. */
  init(name: string): Native {
    const { core, pointer } = this.loop;
    return this.loop.handle(name, UV_TCP, (handle) => core.uv_tcp_init(pointer, handle));
  }

  /** Puts a new handle into the stock. */
  stock(name: string): Native {
    const native = this.init(name);
    const { region, offset } = this.#stock;
    region.setWord(offset + stockLayout.handles + this.stockCount * 8, native.address);
    region.u32[(offset + stockLayout.count) / 4] = this.stockCount + 1;
    return native;
  }

  get stockCount(): number {
    return this.#stockWord(stockLayout.count);
  }

  get paused(): boolean {
    return this.#stockWord(stockLayout.paused) === 1;
  }

  get failed(): boolean {
    return this.#stockWord(stockLayout.failed) === 1;
  }

  /** Starts to connect; the request is called `NAME.connect`. */
  connect(client: Native, callback: "on_connect" | "on_connection" = "on_connect"): void {
    const { core, callbacks } = this.loop;
    const request = this.loop.request(`${client.name}.connect`, UV_CONNECT);
    if (callback === "on_connection") this.loop.setExtra(request, this.#stock.address);
    const { pointer } = this.#address;
    const callee = callbacks.pointers[callback];
    assert.equal(core.uv_tcp_connect(request.pointer, client.pointer, pointer, callee), 0);
  }

  /** A connected pair: the client, and the server's end of it. */
  pair(): Pair {
    return this.pairs(1)[0] as Pair;
  }

  /** So many of them; all clients have one name, and all their peers. */
  pairs(count: number): Pair[] {
    return Array.from({ length: count }, (_, index) => {
      const server = this.stock("server");
      const client = this.init("client");
      this.connect(client);
      this.loop.runUntilEvent("CONNECT", index + 1);
      this.loop.runUntilEvent("CONNECTION", index + 1);
      return { client, server };
    });
  }

  /** @param isDirect whether the callbacks know the descriptor, and read it with those of others */
  readStart(stream: Native, isDirect = false): void {
    const { pointer } = stream;
    if (isDirect) {
      this.loop.setExtra(stream, this.descriptor(stream) + 1);
      this.loop.startTurns();
    }
    const { on_alloc, on_read } = this.loop.callbacks.pointers;
    assert.equal(this.loop.core.uv_read_start(pointer, on_alloc, on_read), 0);
  }

  /** Reads a stream that was starved; one that still reads says EALREADY. */
  readAgain({ pointer }: Native): void {
    const { on_alloc, on_read } = this.loop.callbacks.pointers;
    this.loop.core.uv_read_start(pointer, on_alloc, on_read);
  }

  /** The request is called `NAME.write`. */
  write({ name, pointer }: Native, text: string): void {
    const { core, callbacks } = this.loop;
    const request = this.loop.request(`${name}.write`, UV_WRITE);
    const buffer = buf(this.loop, text);
    const { on_write } = callbacks.pointers;
    assert.equal(core.uv_write(request.pointer, pointer, buffer, 1, on_write), 0);
  }

  /** The request is called `NAME.shutdown`. */
  shutdown({ name, pointer }: Native): void {
    const { core, callbacks } = this.loop;
    const request = this.loop.request(`${name}.shutdown`, UV_SHUTDOWN);
    const { on_shutdown } = callbacks.pointers;
    assert.equal(core.uv_shutdown(request.pointer, pointer, on_shutdown), 0);
  }

  /** The descriptor of a socket. */
  descriptor(stream: Native): number {
    const { region, offset, pointer } = this.loop.memory(8);
    assert.equal(this.loop.core.uv_fileno(stream.pointer, pointer), 0);
    return region.i32[offset / 4] as number;
  }

  #stockWord(byteOffset: number): number {
    return this.#stock.region.u32[(this.#stock.offset + byteOffset) / 4] as number;
  }
}

/** A `uv_buf_t` with text in it. */
export function buf(loop: RawLoop, text: string): Pointer {
  const { address } = loop.text(text);
  const memory = loop.memory(uv_buf_t.size);
  memory.region.setWord(memory.offset + uv_buf_t.base, address);
  memory.region.setWord(memory.offset + uv_buf_t.len, new TextEncoder().encode(text).length);
  return memory.pointer;
}

/** A `sockaddr_in`. */
export function ipv4(loop: RawLoop, host: string, port: number): ReturnType<RawLoop["memory"]> {
  const memory = loop.memory(sockaddr_in.size);
  assert.equal(loop.core.uv_ip4_addr(loop.text(host).pointer, port, memory.pointer), 0);
  return memory;
}

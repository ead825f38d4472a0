import assert from "node:assert/strict";
import { uv_handle_type, uv_udp_flags } from "../../ffi/libuv/constants.ts";
import { sockaddr_in, uv_buf_t } from "../../ffi/libuv/layouts.ts";
import { Region } from "../../ffi/memory/region.ts";
import { UDP_ADDRESS_BYTES, UDP_CHUNK_BYTES, UDP_CHUNKS_MAX } from "../../ffi/thunks/kinds.ts";
import { bind, testBothMakes } from "./makes.ts";
import type { Native, RawLoop } from "./raw_loop.ts";
import { ipv4 } from "./raw_tcp.ts";

const BLOCK_BYTES = 1024;
const LARGE_BYTES = 4096;
const { UV_UDP_MMSG_CHUNK, UV_UDP_PARTIAL, UV_UDP_RECVMMSG } = uv_udp_flags;
const HAS_ADDRESS = 2 ** 32;

/** A socket that receives many datagrams at once, and another that sends to it. */
class Pair {
  readonly receiver: Native;
  readonly sender: Native;
  readonly chunks = new Region(UDP_CHUNK_BYTES * UDP_CHUNKS_MAX);
  readonly #loop: RawLoop;
  readonly #uv = bind(
    "uv_udp_init",
    "uv_udp_init_ex",
    "uv_udp_bind",
    "uv_udp_getsockname",
    "uv_udp_recv_start",
    "uv_udp_try_send",
  );
  readonly #address: ReturnType<typeof ipv4>;

  constructor(loop: RawLoop) {
    this.#loop = loop;
    const uv = this.#uv;
    const { UV_UDP } = uv_handle_type;
    const { pointer: loopPointer } = loop;
    this.receiver = loop.handle(
      "receiver",
      UV_UDP,
      (udp) => uv.uv_udp_init_ex(loopPointer, udp, UV_UDP_RECVMMSG),
    );
    this.sender = loop.handle("sender", UV_UDP, (udp) => uv.uv_udp_init(loopPointer, udp));
    this.#address = ipv4(loop, "127.0.0.1", 0);
    for (const socket of [this.sender, this.receiver]) {
      assert.equal(uv.uv_udp_bind(socket.pointer, this.#address.pointer, 0), 0);
    }
    const length = loop.memory(4);
    length.region.i32[length.offset / 4] = sockaddr_in.size;
    uv.uv_udp_getsockname(this.receiver.pointer, this.#address.pointer, length.pointer);
    loop.setExtra(this.receiver, this.chunks.address);
  }

  send(...lengths: readonly number[]): void {
    for (const [index, length] of lengths.entries()) {
      const bytes = this.#loop.memory(length);
      bytes.region.u8.fill(index + 1, bytes.offset, bytes.offset + length);
      const buf = this.#loop.memory(uv_buf_t.size);
      buf.region.setWord(buf.offset + uv_buf_t.base, bytes.address);
      buf.region.setWord(buf.offset + uv_buf_t.len, length);
      const { pointer } = this.sender;
      const to = this.#address.pointer;
      assert.equal(this.#uv.uv_udp_try_send(pointer, buf.pointer, 1, to), length);
    }
  }

  receiveStart(): void {
    const { on_udp_alloc, on_udp_recv } = this.#loop.callbacks.pointers;
    const { pointer } = this.receiver;
    assert.equal(this.#uv.uv_udp_recv_start(pointer, on_udp_alloc, on_udp_recv), 0);
  }

  close(): void {
    this.#loop.closeHandle(this.receiver);
    this.#loop.runUntilEvent("CLOSE");
    this.chunks.free();
  }
}

testBothMakes("datagrams that come at once are copied to blocks of their size", (loop) => {
  const pair = new Pair(loop);
  pair.send(100, 0, 2000, 7);
  pair.receiveStart();
  loop.runUntilEvent("UDP_RECV", 4);
  const records = loop.events.map(({ a, b, c }) => ({ a, b, c }));
  assert.deepEqual(records.map(({ b }) => b), [100, 0, 2000, 7]);
  assert.deepEqual(records.map(({ a }) => loop.isLarge(a)), [false, false, true, false]);
  for (const [index, { a, b, c }] of records.entries()) {
    assert.equal(c, HAS_ADDRESS + UV_UDP_MMSG_CHUNK);
    const room = (loop.isLarge(a) ? LARGE_BYTES : BLOCK_BYTES) - UDP_ADDRESS_BYTES;
    const bytes = loop.readBlock(a, room + sockaddr_in.size);
    assert.ok(bytes.subarray(0, b).every((byte) => byte === index + 1));
    assert.deepEqual([...bytes.subarray(room + sockaddr_in.sin_addr).subarray(0, 4)], [
      127,
      0,
      0,
      1,
    ]);
  }
  pair.close();
}, { largeBlockBytes: LARGE_BYTES, largeBlockCount: 1 });

testBothMakes("no more of many datagrams are taken than there are blocks", (loop) => {
  const pair = new Pair(loop);
  pair.send(1, 2, 3, 4, 5, 6, 7);
  pair.receiveStart();
  loop.runUntilEvent("UDP_RECV", 5); // four datagrams, then ENOBUFS
  assert.deepEqual(loop.events.map(({ b }) => b).slice(0, 4), [1, 2, 3, 4]);
  assert.equal(loop.events[4]?.a, -1);
  for (const { a } of loop.events.slice(0, 4)) loop.giveBlock(a);
  loop.runUntilEvent("UDP_RECV", 8);
  assert.deepEqual(loop.events.map(({ b }) => b).slice(5), [5, 6, 7]);
  for (const { a } of loop.events.slice(5)) loop.giveBlock(a);
  pair.close();
});

testBothMakes("one of many that fits in no block is cut off, and says so", (loop) => {
  const pair = new Pair(loop);
  pair.send(3000);
  pair.receiveStart();
  const { a, b, c } = loop.runUntilEvent("UDP_RECV");
  assert.equal(b, BLOCK_BYTES - UDP_ADDRESS_BYTES);
  assert.equal(c, HAS_ADDRESS + UV_UDP_MMSG_CHUNK + UV_UDP_PARTIAL);
  assert.ok(loop.readBlock(a, b).every((byte) => byte === 1));
  pair.close();
});

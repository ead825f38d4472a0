import assert from "node:assert/strict";
import { uv_handle_type, uv_req_type } from "../../ffi/libuv/constants.ts";
import { uv_errno_t } from "../../ffi/libuv/errno.ts";
import { sockaddr_in } from "../../ffi/libuv/layouts.ts";
import { UDP_ADDRESS_BYTES } from "../../ffi/thunks/kinds.ts";
import { bind, testBothMakes } from "./makes.ts";
import type { Native, RawLoop } from "./raw_loop.ts";
import { buf, ipv4 } from "./raw_tcp.ts";

const BLOCK_BYTES = 1024;
const LARGE_BYTES = 4096;
const HAS_ADDRESS = 2 ** 32;

/** A bound socket. */
interface Socket {
  readonly native: Native;
  readonly address: ReturnType<typeof ipv4>;
  readonly port: number;
}

function open(loop: RawLoop, name: string): Socket {
  const uv = bind("uv_udp_init", "uv_udp_bind", "uv_udp_getsockname");
  const init = (udp: Native["pointer"]): number => uv.uv_udp_init(loop.pointer, udp);
  const native = loop.handle(name, uv_handle_type.UV_UDP, init);
  const address = ipv4(loop, "127.0.0.1", 0);
  assert.equal(uv.uv_udp_bind(native.pointer, address.pointer, 0), 0);
  const length = loop.memory(4);
  length.region.i32[length.offset / 4] = sockaddr_in.size;
  uv.uv_udp_getsockname(native.pointer, address.pointer, length.pointer);
  return { native, address, port: portOf(address.region.u8, address.offset) };
}

function portOf(bytes: Uint8Array, offset: number): number {
  const at = offset + sockaddr_in.sin_port;
  return (bytes[at] as number) * 256 + (bytes[at + 1] as number);
}

function send(loop: RawLoop, from: Socket, to: Socket, text: string): void {
  const { uv_udp_send } = bind("uv_udp_send");
  const request = loop.request("send", uv_req_type.UV_UDP_SEND);
  const { on_udp_send } = loop.callbacks.pointers;
  const { pointer } = from.native;
  const buffer = buf(loop, text);
  const result = uv_udp_send(request.pointer, pointer, buffer, 1, to.address.pointer, on_udp_send);
  assert.equal(result, 0);
}

function receiveStart(loop: RawLoop, { native }: Socket): void {
  const { on_udp_alloc, on_udp_recv } = loop.callbacks.pointers;
  const { uv_udp_recv_start } = bind("uv_udp_recv_start");
  assert.equal(uv_udp_recv_start(native.pointer, on_udp_alloc, on_udp_recv), 0);
}

testBothMakes("a datagram is recorded with its block and the sender's address", (loop) => {
  const [sender, receiver] = [open(loop, "sender"), open(loop, "receiver")];
  receiveStart(loop, receiver);
  send(loop, sender, receiver, "hello");
  const received = loop.runUntilEvent("UDP_RECV");
  assert.deepEqual([received.of, received.b, received.c], ["receiver", 5, HAS_ADDRESS]);
  const sent = loop.runUntilEvent("UDP_SEND");
  assert.deepEqual([sent.of, sent.a], ["send", 0]);
  assert.equal(loop.ring.freeBlocks, 3, "the block of the empty read that follows is back");
  const block = loop.readBlock(received.a, BLOCK_BYTES);
  assert.equal(new TextDecoder().decode(block.subarray(0, 5)), "hello");
  const address = block.subarray(BLOCK_BYTES - UDP_ADDRESS_BYTES);
  assert.equal(portOf(address, 0), sender.port);
  assert.deepEqual([...address.subarray(sockaddr_in.sin_addr, 8)], [127, 0, 0, 1]);
  loop.sort();
});

testBothMakes("an empty datagram is recorded, since it has an address", (loop) => {
  const [sender, receiver] = [open(loop, "sender"), open(loop, "receiver")];
  receiveStart(loop, receiver);
  send(loop, sender, receiver, "");
  const received = loop.runUntilEvent("UDP_RECV");
  assert.deepEqual([received.b, received.c], [0, HAS_ADDRESS]);
  loop.readBlock(received.a, 0);
  loop.sort();
});

testBothMakes("a datagram that is given a large block for want of others has all of it", (loop) => {
  const taken = [0, 1, 2, 3].map(() => loop.ring.small.take());
  const [sender, receiver] = [open(loop, "sender"), open(loop, "receiver")];
  receiveStart(loop, receiver);
  send(loop, sender, receiver, "x".repeat(LARGE_BYTES));
  const received = loop.runUntilEvent("UDP_RECV");
  assert.equal(loop.isLarge(received.a), true);
  const block = loop.readBlock(received.a, LARGE_BYTES);
  assert.equal(received.b, LARGE_BYTES - UDP_ADDRESS_BYTES);
  assert.equal(portOf(block.subarray(LARGE_BYTES - UDP_ADDRESS_BYTES), 0), sender.port);
  loop.runUntilEvent("UDP_SEND");
  for (const index of taken) loop.giveBlock(index);
  loop.sort();
}, { largeBlockBytes: LARGE_BYTES, largeBlockCount: 1 });

testBothMakes("who wants large blocks is given no small one", (loop) => {
  const large = loop.ring.large.take();
  const [sender, receiver] = [open(loop, "sender"), open(loop, "receiver")];
  loop.wantLarge(receiver.native);
  receiveStart(loop, receiver);
  send(loop, sender, receiver, "hello");
  const starved = loop.runUntilEvent("UDP_RECV");
  assert.deepEqual([starved.a, starved.b], [-1, uv_errno_t.UV_ENOBUFS]);
  loop.giveBlock(large);
  const received = loop.runUntilEvent("UDP_RECV", 2);
  assert.equal(loop.isLarge(received.a), true);
  loop.readBlock(received.a, 0);
  loop.sort();
}, { largeBlockBytes: LARGE_BYTES, largeBlockCount: 1 });

testBothMakes("a datagram never reaches into the room of the address", (loop) => {
  const [sender, receiver] = [open(loop, "sender"), open(loop, "receiver")];
  receiveStart(loop, receiver);
  send(loop, sender, receiver, "x".repeat(BLOCK_BYTES));
  const received = loop.runUntilEvent("UDP_RECV");
  const UV_UDP_PARTIAL = 2;
  const expected = [BLOCK_BYTES - UDP_ADDRESS_BYTES, HAS_ADDRESS + UV_UDP_PARTIAL];
  assert.deepEqual([received.b, received.c], expected);
  loop.readBlock(received.a, 0);
  loop.sort();
});

testBothMakes(
  "without a block a datagram waits, and UV_ENOBUFS is recorded once a drain",
  (loop) => {
    const [sender, receiver] = [open(loop, "sender"), open(loop, "receiver")];
    loop.takeAllBlocks();
    receiveStart(loop, receiver);
    send(loop, sender, receiver, "hello");
    const starved = loop.runUntilEvent("UDP_RECV");
    assert.deepEqual([starved.a, starved.b, starved.c], [-1, uv_errno_t.UV_ENOBUFS, 0]);
    loop.runUntil(() => loop.pending(receiver.native) === 3);
    loop.giveAllBlocks();
    const received = loop.runUntilEvent("UDP_RECV", 2);
    const text = new TextDecoder().decode(loop.readBlock(received.a, received.b));
    assert.equal(text, "hello");
    loop.sort();
  },
);

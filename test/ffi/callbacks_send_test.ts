import assert from "node:assert/strict";
import { uv_handle_type, uv_run_mode } from "../../ffi/libuv/constants.ts";
import { uv_errno_t } from "../../ffi/libuv/errno.ts";
import { sockaddr_in, uv_buf_t } from "../../ffi/libuv/layouts.ts";
import { socket_types } from "../../ffi/libuv/system_constants.ts";
import type { SendingHandle } from "../../ffi/memory/entry_queue.ts";
import { bind, testBothMakes } from "./makes.ts";
import { halves, type Native, type RawLoop } from "./raw_loop.ts";
import { ipv4 } from "./raw_tcp.ts";

/** A bound socket that receives what it sends to itself. */
class Self {
  readonly native: Native;
  readonly sender: SendingHandle;
  readonly address: ReturnType<typeof ipv4>;
  readonly #loop: RawLoop;

  constructor(loop: RawLoop, fd = -1) {
    const uv = bind("uv_udp_init", "uv_udp_bind", "uv_udp_open", "uv_udp_getsockname");
    const { UV_UDP } = uv_handle_type;
    this.#loop = loop;
    this.native = loop.handle("udp", UV_UDP, (udp) => uv.uv_udp_init(loop.pointer, udp));
    this.address = ipv4(loop, "127.0.0.1", 0);
    const { pointer } = this.native;
    if (fd >= 0) assert.equal(uv.uv_udp_open(pointer, fd), 0);
    else assert.equal(uv.uv_udp_bind(pointer, this.address.pointer, 0), 0);
    const length = loop.memory(4);
    length.region.i32[length.offset / 4] = sockaddr_in.size;
    if (fd < 0) uv.uv_udp_getsockname(pointer, this.address.pointer, length.pointer);
    const own = loop.memory(4);
    loop.core.uv_fileno(pointer, own.pointer);
    const fileno = own.region.i32[own.offset / 4] as number;
    this.sender = { ...halves(this.native.address), fd: fileno };
  }

  receiveStart(): void {
    const { uv_udp_recv_start } = bind("uv_udp_recv_start");
    const { on_udp_alloc, on_udp_recv } = this.#loop.callbacks.pointers;
    assert.equal(uv_udp_recv_start(this.native.pointer, on_udp_alloc, on_udp_recv), 0);
  }
}

function bytes(loop: RawLoop, text: string) {
  const memory = loop.memory(text.length + 1);
  memory.region.setText(memory.offset, text);
  return memory;
}

testBothMakes("submitted datagrams go where the entry says, and where memory does", (loop) => {
  loop.startSubmits();
  const self = new Self(loop);
  const { sends } = loop.ring;
  const { region, offset, address } = self.address;
  const words = region.i32.slice(offset / 4, offset / 4 + sockaddr_in.size / 4);
  const text = bytes(loop, "one two");
  sends.setRange(0, self.sender, halves(text.address), 0, 3);
  sends.setAddress(0, words, sockaddr_in.size);
  sends.setRange(1, self.sender, halves(text.address), 4, 3);
  sends.cancel(1);
  sends.setRange(2, self.sender, halves(text.address), 4, 3);
  sends.setAddressIn(2, halves(address - 8), 8, sockaddr_in.size);
  sends.setRange(3, self.sender, halves(text.address), 0, 0);
  sends.setAddress(3, words, sockaddr_in.size);
  loop.ring.submitSends(4);
  self.receiveStart();
  loop.runUntilEvent("UDP_RECV", 3);
  assert.deepEqual([0, 2, 3].map((index) => sends.result(index)), [3, 3, 0]);
  const received = loop.events.map(({ a, b }) => new TextDecoder().decode(loop.readBlock(a, b)));
  assert.deepEqual(received, ["one", "two", ""]);
});

testBothMakes("a submitted datagram of many buffers is one, also to a connected peer", (loop) => {
  loop.startSubmits();
  const self = new Self(loop);
  const { uv_udp_connect } = bind("uv_udp_connect");
  assert.equal(uv_udp_connect(self.native.pointer, self.address.pointer), 0);
  const array = loop.memory(3 * uv_buf_t.size);
  for (const [index, word] of ["of ", "many ", "buffers"].entries()) {
    const at = array.offset + index * uv_buf_t.size;
    array.region.setWord(at + uv_buf_t.base, bytes(loop, word).address);
    array.region.setWord(at + uv_buf_t.len, word.length);
  }
  loop.ring.sends.setArray(0, self.sender, array.address, 3, 15);
  loop.ring.submitSends(1);
  self.receiveStart();
  const { a, b } = loop.runUntilEvent("UDP_RECV");
  assert.equal(new TextDecoder().decode(loop.readBlock(a, b)), "of many buffers");
});

testBothMakes("a datagram that cannot be sent is an error, and the poll does not sleep", (loop) => {
  loop.startSubmits();
  const self = new Self(loop);
  loop.ring.sends.setRange(0, self.sender, halves(self.address.address), 0, 4);
  loop.ring.submitSends(1); // it is connected to nobody
  loop.core.uv_run(loop.pointer, uv_run_mode.UV_RUN_ONCE);
  loop.drain();
  assert.ok([uv_errno_t.UV_EDESTADDRREQ, uv_errno_t.UV_ENOTCONN].includes(
    loop.ring.sends.result(0) as typeof uv_errno_t.UV_ENOTCONN,
  ));
});

testBothMakes("what a full socket was to send later does not overtake", (loop) => {
  loop.startSubmits();
  const { uv_socketpair } = bind("uv_socketpair");
  const fds = loop.memory(8);
  assert.equal(uv_socketpair(socket_types.SOCK_DGRAM, 0, fds.pointer, 0, 0), 0);
  const [one, other] = [0, 1].map((at) =>
    new Self(loop, fds.region.i32[fds.offset / 4 + at] as number)
  ) as [Self, Self];
  const text = bytes(loop, "x");
  const { sends } = loop.ring;
  const count = 1000; // the kernel keeps few between the two
  for (let i = 0; i < count; i++) sends.setRange(i, one.sender, halves(text.address), 0, 1);
  sends.setRange(count, other.sender, halves(text.address), 0, 1);
  loop.ring.submitSends(count + 1);
  loop.core.uv_run(loop.pointer, uv_run_mode.UV_RUN_NOWAIT);
  const results = Array.from({ length: count }, (_, i) => sends.result(i));
  const firstFull = results.indexOf(uv_errno_t.UV_EAGAIN);
  assert.ok(firstFull > 0 && firstFull < count);
  assert.ok(results.slice(0, firstFull).every((result) => result === 1));
  assert.ok(results.slice(firstFull).every((result) => result === uv_errno_t.UV_EAGAIN));
  assert.equal(sends.result(count), 1, "another socket is not held back");
});

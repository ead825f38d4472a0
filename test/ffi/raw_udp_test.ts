import assert from "node:assert/strict";
import { type Pointer, uv_errno_t, uv_udp_flags } from "../../ffi/mod.ts";
import { assertOk, type RawProgram } from "./raw_program.ts";
import { testRaw } from "./raw_test_program.ts";
import { libc } from "./raw_system.ts";

const { UV_EADDRINUSE, UV_EBADF, UV_EBUSY, UV_ECONNREFUSED, UV_EINVAL, UV_ENOBUFS } = uv_errno_t;

function udp(p: RawProgram, address?: Pointer, flags = 0): Pointer {
  const { pointer } = p.handle("uv_udp_t", (each) => p.uv.uv_udp_init(p.loop, each));
  if (address !== undefined) assertOk(p.uv.uv_udp_bind(pointer, address, flags), "bind");
  return pointer;
}

/** The address that a socket is bound to. */
function nameOf(p: RawProgram, socket: Pointer): Pointer {
  const [address, length] = [p.memory.allocate(128), p.memory.allocate(4)];
  length.view.setInt32(0, 128, true);
  assertOk(p.uv.uv_udp_getsockname(socket, address.pointer, length.pointer), "getsockname");
  return address.pointer;
}

testRaw("U6 six sends to a port that refuses: six callbacks, nothing stays queued", (p) => {
  const dead = udp(p, p.address());
  const address = nameOf(p, dead);
  p.close(dead);
  const sender = udp(p);
  assertOk(p.uv.uv_udp_connect(sender, address), "connect");
  const statuses: number[] = [];
  const onSend = p.callback("uv_udp_send_cb", (_, status) => void statuses.push(status));
  for (let i = 0; i < 6; i++) {
    const request = p.memory.allocate("uv_udp_send_t").pointer;
    assertOk(p.uv.uv_udp_send(request, sender, p.buf("PING").pointer, 1, null, onSend), "send");
  }
  p.runUntil(() => statuses.length === 6);
  assert.ok(statuses.every((each) => each === 0 || each === UV_ECONNREFUSED), `${statuses}`);
  assert.equal(Number(p.uv.uv_udp_get_send_queue_count(sender)), 0);
  assert.equal(Number(p.uv.uv_udp_get_send_queue_size(sender)), 0);
});

testRaw("U7 an alloc callback that gives nothing: ENOBUFS, and the socket can be closed", (p) => {
  const receiver = udp(p, p.address());
  const statuses: number[] = [];
  const onRecv = p.callback("uv_udp_recv_cb", (_, nread, _buf, address, flags) => {
    assert.equal(flags, 0);
    assert.equal(address, null);
    statuses.push(nread);
  });
  assertOk(p.uv.uv_udp_recv_start(receiver, p.callback("uv_alloc_cb", () => {}), onRecv), "recv");
  const sent = p.uv.uv_udp_try_send(udp(p), p.buf("PING").pointer, 1, nameOf(p, receiver));
  assert.equal(sent, 4);
  p.runUntil(() => statuses.length > 0);
  assert.equal(statuses[0], UV_ENOBUFS);
});

testRaw(
  "U9 ttl is 1 to 255, that of multicast 0 to 255; a lazy socket that is unbound: EBADF",
  (p) => {
    const { uv } = p;
    const lazy = udp(p);
    assert.equal(uv.uv_udp_set_ttl(lazy, 32), UV_EBADF);
    assert.equal(uv.uv_udp_set_broadcast(lazy, 1), UV_EBADF);
    assert.equal(uv.uv_udp_set_multicast_ttl(lazy, 1), UV_EBADF);
    assert.equal(uv.uv_udp_set_multicast_loop(lazy, 1), UV_EBADF);
    const socket = udp(p, p.address());
    for (let ttl = 1; ttl <= 255; ttl++) assert.equal(uv.uv_udp_set_ttl(socket, ttl), 0, `${ttl}`);
    for (const ttl of [0, 256, -1]) assert.equal(uv.uv_udp_set_ttl(socket, ttl), UV_EINVAL);
    for (let ttl = 0; ttl <= 255; ttl++) assert.equal(uv.uv_udp_set_multicast_ttl(socket, ttl), 0);
    assert.equal(uv.uv_udp_set_multicast_ttl(socket, 256), UV_EINVAL);
    for (const on of [1, 0]) {
      assert.equal(uv.uv_udp_set_broadcast(socket, on), 0);
      assert.equal(uv.uv_udp_set_multicast_loop(socket, on), 0);
    }
  },
);

testRaw("U11 two sockets on one port: EADDRINUSE, but for REUSEADDR", (p) => {
  const address = nameOf(p, udp(p, p.address()));
  const second = udp(p);
  assert.equal(p.uv.uv_udp_bind(second, address, 0), UV_EADDRINUSE);
  const { UV_UDP_REUSEADDR } = uv_udp_flags;
  const shared = nameOf(p, udp(p, p.address(), UV_UDP_REUSEADDR));
  assert.equal(p.uv.uv_udp_bind(udp(p), shared, UV_UDP_REUSEADDR), 0);
});

testRaw("U11 open adopts a descriptor, also one of Unix datagrams; a second one → EBUSY", (p) => {
  const [AF_UNIX, AF_INET, SOCK_DGRAM] = [1, 2, 2];
  const [adopted, other] = [AF_INET, AF_INET].map((f) => libc().socket(f, SOCK_DGRAM, 0));
  const socket = udp(p);
  assert.equal(p.uv.uv_udp_open(socket, adopted as number), 0);
  assert.equal(p.uv.uv_udp_open(socket, other as number), UV_EBUSY);
  libc().close(other as number);
  const fds = p.memory.allocate(8);
  assertOk(p.uv.uv_socketpair(SOCK_DGRAM, 0, fds.pointer, 0, 0), "socketpair");
  const [ours, theirs] = [fds.view.getInt32(0, true), fds.view.getInt32(4, true)];
  const unix = udp(p);
  assert.equal(p.uv.uv_udp_open(unix, ours), 0);
  assert.equal(p.uv.uv_udp_try_send(unix, p.buf("PING").pointer, 1, null), 4);
  const got = p.memory.allocate(16);
  assert.equal(Number(libc().read(theirs, got.pointer, 16)), 4);
  libc().close(theirs);
  assert.ok(AF_UNIX === 1);
});

import assert from "node:assert/strict";
import { uv_errno_t, uv_run_mode } from "../../ffi/mod.ts";
import { type RawProgram } from "./raw_program.ts";
import { testRaw } from "./raw_test_program.ts";
import { connectPair, fdOf, listen, readStart, write } from "./raw_stream.ts";
import { libc } from "./raw_system.ts";

const {
  UV_EADDRNOTAVAIL,
  UV_EAGAIN,
  UV_EBUSY,
  UV_ECONNABORTED,
  UV_ECONNRESET,
  UV_EEXIST,
  UV_EINVAL,
  UV_ENOBUFS,
  UV_ENOTCONN,
  UV_EOF,
  UV_EPIPE,
} = uv_errno_t;
const SHUT_RDWR = 2;
const MSG_OOB = 1;

testRaw("C4 32 writes, then close at once: 32 write callbacks before the close callback", (p) => {
  const { client } = connectPair(p);
  const statuses: number[] = [];
  for (let i = 0; i < 32; i++) write(p, client, "PING", statuses);
  let atClose = -1;
  p.close(client, p.callback("uv_close_cb", () => void (atClose = statuses.length)));
  p.runUntil(() => atClose >= 0);
  assert.equal(atClose, 32);
});

testRaw("C9 close_reset after uv_shutdown → EINVAL; after a bare shutdown(2) it works", (p) => {
  const { client, server } = connectPair(p);
  const request = p.memory.allocate("uv_shutdown_t").pointer;
  assert.equal(p.uv.uv_shutdown(request, client, p.noting("uv_shutdown_cb", "shutdown")), 0);
  const onClose = p.noting("uv_close_cb", "closed");
  assert.equal(p.uv.uv_tcp_close_reset(client, onClose), UV_EINVAL);
  p.close(client, onClose);
  p.runUntil(() => p.events.includes("closed"));
  assert.equal(libc().shutdown(fdOf(p, server), SHUT_RDWR), 0);
  assert.equal(p.uv.uv_tcp_close_reset(server, onClose), 0);
  p.forget(server);
  p.runUntil(() => p.events.length === 3);
  assert.deepEqual(p.events, ["shutdown", "closed", "closed"]);
});

testRaw("C14 shutdown twice: the second returns an error, one callback comes", (p) => {
  const { client } = connectPair(p);
  const onShutdown = p.noting("uv_shutdown_cb", "shutdown");
  const shutdown = (): number =>
    p.uv.uv_shutdown(p.memory.allocate("uv_shutdown_t").pointer, client, onShutdown);
  assert.equal(shutdown(), 0);
  assert.equal(shutdown(), UV_ENOTCONN);
  p.runUntil(() => p.events.length > 0);
  p.run(uv_run_mode.UV_RUN_NOWAIT);
  assert.deepEqual(p.events, ["shutdown"]);
});

testRaw("C16 try_write until the socket is full, of small and of empty buffers", (p) => {
  const { client, server } = connectPair(p);
  const [full, empty] = [p.buf(1000).pointer, p.buf("").pointer];
  let written = 0;
  for (;;) {
    const count = p.uv.uv_try_write(client, full, 1);
    if (count === UV_EAGAIN) break;
    assert.ok(count > 0, `${count}`);
    written += count;
    assert.equal(p.uv.uv_try_write(client, empty, 1), 0);
  }
  const reading = readStart(p, server);
  p.runUntil(() => reading.byteLength === written);
  p.close(client);
  p.runUntil(() => reading.errors.length > 0);
  assert.deepEqual(reading.errors, [UV_EOF]);
  assert.equal(reading.byteLength, written);
});

testRaw("C17 try_write to a peer that is gone fails, and nothing is queued", (p) => {
  const { client, server } = connectPair(p);
  p.close(server, p.noting("uv_close_cb", "closed"));
  p.runUntil(() => p.events.length > 0);
  const buf = p.buf(1000).pointer;
  let status = 0;
  while (status >= 0 || status === UV_EAGAIN) status = p.uv.uv_try_write(client, buf, 1);
  assert.ok([UV_EPIPE, UV_ECONNABORTED, UV_ECONNRESET].includes(status as never), `${status}`);
  assert.equal(Number(p.uv.uv_stream_get_write_queue_size(client)), 0);
});

testRaw("C18 an alloc callback that gives nothing: the read event is ENOBUFS", (p) => {
  const { client, server } = connectPair(p);
  const statuses: number[] = [];
  const onRead = p.callback("uv_read_cb", (_, nread) => void statuses.push(nread));
  p.uv.uv_read_start(server, p.callback("uv_alloc_cb", () => {}), onRead);
  write(p, client, "hello");
  p.runUntil(() => statuses.length > 0);
  assert.equal(statuses[0], UV_ENOBUFS);
});

testRaw("C21 with urgent data waiting the loop goes on, without a storm of reads", (p) => {
  const { client, server } = connectPair(p);
  const reading = readStart(p, server);
  const byte = p.memory.allocate(1);
  assert.equal(Number(libc().send(fdOf(p, client), byte.pointer, 1, MSG_OOB)), 1);
  const idle = p.handle("uv_idle_t", (each) => p.uv.uv_idle_init(p.loop, each)).pointer;
  let turns = 0;
  p.uv.uv_idle_start(idle, p.callback("uv_idle_cb", () => void turns++));
  p.runUntil(() => turns >= 20);
  p.uv.uv_idle_stop(idle);
  assert.equal(reading.byteLength, 0);
  write(p, client, "after");
  p.runUntil(() => reading.byteLength > 0);
  assert.equal(reading.text, "after");
});

testRaw("C23 bind: an address of others EADDRNOTAVAIL; twice, closing, bad flags: EINVAL", (p) => {
  const { uv } = p;
  const tcp = p.tcp();
  assert.equal(uv.uv_tcp_bind(tcp, p.address("192.0.2.1"), 0), UV_EADDRNOTAVAIL);
  assert.equal(uv.uv_tcp_bind(p.tcp(), p.address(), 0), 0);
  const twice = p.tcp();
  assert.equal(uv.uv_tcp_bind(twice, p.address(), 0), 0);
  assert.equal(uv.uv_tcp_bind(twice, p.address(), 0), UV_EINVAL);
  const IPV6ONLY_FOR_IPV4 = 1;
  assert.equal(uv.uv_tcp_bind(p.tcp(), p.address(), IPV6ONLY_FOR_IPV4), UV_EINVAL);
  const closing = p.tcp();
  p.close(closing);
  assert.equal(uv.uv_tcp_bind(closing, p.address(), 0), UV_EINVAL);
  assert.equal(uv.uv_listen(closing, 1, p.noting("uv_connection_cb", "")), UV_EINVAL);
});

testRaw("C28 open adopts a descriptor: twice EBUSY, one that is polled EEXIST", (p) => {
  const { uv } = p;
  const AF_INET = 2, SOCK_STREAM = 1;
  const [fd, other] = [0, 0].map(() => libc().socket(AF_INET, SOCK_STREAM, 0)) as [number, number];
  const [first, second] = [p.tcp(), p.tcp()];
  assert.equal(uv.uv_tcp_open(first, fd), 0);
  assert.equal(uv.uv_tcp_open(first, other), UV_EBUSY);
  libc().close(other);
  const listener = listen(p, p.noting("uv_connection_cb", ""));
  assert.equal(uv.uv_tcp_open(second, fdOf(p, listener)), UV_EEXIST);
});

/** Readable and writable, as 0 and 1. */
function flags(p: RawProgram, stream: Parameters<RawProgram["close"]>[0]): [number, number] {
  return [p.uv.uv_is_readable(stream), p.uv.uv_is_writable(stream)];
}

testRaw("C29 a stream is not writable after shutdown", (p) => {
  const { client } = connectPair(p);
  assert.deepEqual(flags(p, client), [1, 1]);
  const request = p.memory.allocate("uv_shutdown_t").pointer;
  p.uv.uv_shutdown(request, client, p.noting("uv_shutdown_cb", "shutdown"));
  assert.deepEqual(flags(p, client), [1, 0]);
  p.runUntil(() => p.events.length > 0);
});

testRaw("C29 a stream is still readable and writable after the end of the other side", (p) => {
  const { client, server } = connectPair(p);
  const reading = readStart(p, server);
  p.close(client);
  p.runUntil(() => reading.errors.length > 0);
  assert.deepEqual(reading.errors, [UV_EOF]);
  assert.deepEqual(flags(p, server), [1, 1]);
});

testRaw("C29 a stream is neither readable nor writable after a read error", (p) => {
  const { client, server } = connectPair(p);
  const reading = readStart(p, server);
  assert.equal(p.uv.uv_tcp_close_reset(client, null), 0);
  p.forget(client);
  p.runUntil(() => reading.errors.length > 0);
  assert.deepEqual(reading.errors, [UV_ECONNRESET]);
  assert.deepEqual(flags(p, server), [0, 0]);
});

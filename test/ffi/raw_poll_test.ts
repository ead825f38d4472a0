import assert from "node:assert/strict";
import { type Pointer, uv_errno_t, uv_poll_event } from "../../ffi/mod.ts";
import { type RawProgram } from "./raw_program.ts";
import { testRaw } from "./raw_test_program.ts";
import { socketPair } from "./raw_stream.ts";
import { libc } from "./raw_system.ts";

const { UV_EEXIST, UV_EPERM, UV_EBADF } = uv_errno_t;
const { UV_READABLE } = uv_poll_event;
const O_RDONLY = 0;

function poll(p: RawProgram, fd: number): Pointer {
  return p.handle("uv_poll_t", (each) => p.uv.uv_poll_init(p.loop, each, fd)).pointer;
}

testRaw("L2 a regular file and a directory cannot be polled: EPERM at init; bad fd EBADF", (p) => {
  const handle = p.memory.allocate("uv_poll_t").pointer;
  for (const path of [import.meta.filename as string, "/"]) {
    const fd = libc().open(p.memory.text(path).pointer, O_RDONLY);
    assert.equal(p.uv.uv_poll_init(p.loop, handle, fd), UV_EPERM);
    libc().close(fd);
  }
  assert.equal(p.uv.uv_poll_init(p.loop, handle, 1_000_000), UV_EBADF);
});

testRaw("L2 two active polls on one descriptor: EEXIST; after a stop the other may start", (p) => {
  const [fd, other] = socketPair(p);
  const [first, second] = [poll(p, fd), poll(p, fd)];
  const onPoll = p.noting("uv_poll_cb", "");
  assert.equal(p.uv.uv_poll_start(first, UV_READABLE, onPoll), 0);
  assert.equal(p.uv.uv_poll_start(second, UV_READABLE, onPoll), UV_EEXIST);
  assert.equal(p.uv.uv_poll_stop(first), 0);
  assert.equal(p.uv.uv_poll_start(second, UV_READABLE, onPoll), 0);
  assert.equal(p.uv.uv_poll_start(first, UV_READABLE, onPoll), UV_EEXIST);
  p.uv.uv_poll_stop(second);
  for (const each of [fd, other]) libc().close(each);
});

testRaw("L5 the descriptor of an epoll can be watched", (p) => {
  const [EPOLL_CTL_ADD, EPOLLIN] = [1, 1];
  const [fd, other] = socketPair(p);
  const epoll = libc().epoll_create1(0);
  const event = p.memory.allocate(16);
  event.view.setUint32(0, EPOLLIN, true);
  assert.equal(libc().epoll_ctl(epoll, EPOLL_CTL_ADD, fd, event.pointer), 0);
  const watch = poll(p, epoll);
  const onPoll = p.callback("uv_poll_cb", (handle, status, events) => {
    assert.deepEqual([status, events], [0, UV_READABLE]);
    p.events.push("readable");
    p.uv.uv_poll_stop(handle);
  });
  p.uv.uv_poll_start(watch, UV_READABLE, onPoll);
  libc().write(other, p.memory.text("x").pointer, 1);
  p.runUntil(() => p.events.length > 0);
  for (const each of [fd, other, epoll]) libc().close(each);
});

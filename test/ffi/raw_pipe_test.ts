import assert from "node:assert/strict";
import { chmodSync, existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Pointer, struct, uv_errno_t, uv_handle_type, uv_poll_event } from "../../ffi/mod.ts";
import { inFolder } from "../fixtures/fs_folder.ts";
import { assertOk, type RawProgram } from "./raw_program.ts";
import { testRaw } from "./raw_test_program.ts";
import { testChild } from "./child.ts";
import { runRaw } from "./raw_child.ts";
import { readStart, socketPair } from "./raw_stream.ts";
import { libc } from "./raw_system.ts";

const { UV_EACCES, UV_EADDRINUSE, UV_EINVAL, UV_EOF } = uv_errno_t;

function pipe(p: RawProgram, ipc = 0): Pointer {
  return p.handle("uv_pipe_t", (each) => p.uv.uv_pipe_init(p.loop, each, ipc)).pointer;
}

testRaw(
  "P3 bind: a busy name EADDRINUSE, twice EINVAL, closing EINVAL; unbound listen EINVAL",
  (p) => {
    inFolder(({ path: folder }) => {
      const name = p.memory.text(join(folder, "pipe")).pointer;
      const onConnection = p.noting("uv_connection_cb", "");
      const [first, second, closing] = [pipe(p), pipe(p), pipe(p)];
      assert.equal(p.uv.uv_pipe_bind(first, name), 0);
      assert.equal(p.uv.uv_pipe_bind(second, name), UV_EADDRINUSE);
      assert.equal(p.uv.uv_pipe_bind(first, p.memory.text("/other").pointer), UV_EINVAL);
      assert.equal(p.uv.uv_listen(pipe(p), 1, onConnection), UV_EINVAL);
      p.close(closing);
      assert.equal(p.uv.uv_listen(closing, 1, onConnection), UV_EINVAL);
      const missing = p.memory.text(join(folder, "no/such/folder")).pointer;
      assert.equal(p.uv.uv_pipe_bind(second, missing), UV_EACCES, "libuv says so for ENOENT");
      p.close(first);
      p.run();
      assert.equal(existsSync(join(folder, "pipe")), false, "closing removes the name");
    });
  },
);

testRaw("P5 chmod of a listening pipe changes the mode of its file", (p) => {
  inFolder(({ path: folder }) => {
    const path = join(folder, "pipe");
    const listener = pipe(p);
    assertOk(p.uv.uv_pipe_bind(listener, p.memory.text(path).pointer), "bind");
    const mode = (): number => statSync(path).mode & 0o777;
    const { UV_READABLE, UV_WRITABLE } = uv_poll_event;
    for (
      const [flags, expected] of [
        [UV_READABLE, 0o444],
        [UV_WRITABLE, 0o222],
        [UV_READABLE | UV_WRITABLE, 0o666],
      ] as const
    ) {
      chmodSync(path, 0);
      assert.equal(p.uv.uv_pipe_chmod(listener, flags), 0);
      assert.equal(mode(), expected);
    }
    assert.equal(p.uv.uv_pipe_chmod(listener, 12345), UV_EINVAL);
  });
});

testRaw("P6 four descriptors passed with one byte are four pending pipes, none leaked", (p) => {
  const [ours, theirs] = socketPair(p);
  const passed = [...socketPair(p), ...socketPair(p)];
  const receiver = pipe(p, 1);
  assertOk(p.uv.uv_pipe_open(receiver, ours), "open");
  const reading = readStart(p, receiver);
  sendDescriptors(p, theirs, passed);
  p.runUntil(() => reading.byteLength === 1);
  assert.equal(p.uv.uv_pipe_pending_count(receiver), 4);
  for (let left = 3; left >= 0; left--) {
    assert.equal(p.uv.uv_pipe_pending_type(receiver), uv_handle_type.UV_NAMED_PIPE);
    assertOk(p.uv.uv_accept(receiver, pipe(p)), "accept");
    assert.equal(p.uv.uv_pipe_pending_count(receiver), left);
  }
  for (const fd of [theirs, ...passed]) libc().close(fd);
});

/** `sendmsg(2)` with `SCM_RIGHTS`. */
function sendDescriptors(p: RawProgram, fd: number, descriptors: readonly number[]): void {
  const [SOL_SOCKET, SCM_RIGHTS, HEADER_BYTES] = [1, 1, 16];
  const iov = p.buf("x"); // struct iovec is uv_buf_t
  const control = p.memory.allocate(HEADER_BYTES + descriptors.length * 4);
  control.view.setBigUint64(0, BigInt(control.byteLength), true);
  control.view.setInt32(8, SOL_SOCKET, true);
  control.view.setInt32(12, SCM_RIGHTS, true);
  descriptors.forEach((each, i) => control.view.setInt32(HEADER_BYTES + i * 4, each, true));
  const message = p.memory.allocate(56); // struct msghdr: name, namelen, iov, iovlen, control, len
  message.setPointer(16, iov);
  message.view.setBigUint64(24, 1n, true);
  message.setPointer(32, control);
  message.view.setBigUint64(40, BigInt(control.byteLength), true);
  assert.equal(Number(libc().sendmsg(fd, message.pointer, 0)), 1);
}

testChild("P7 a listener passed to another process accepts there, its payload apart", () => {
  const { end, stdout, stderr } = runRaw("pass_listener");
  assert.deepEqual({ end, stdout }, { end: "0", stdout: "child accepted, payload here\n" }, stderr);
});

testRaw("P10 after EOF a pipe is inactive; reading again gives EOF again", (p) => {
  const [ours, theirs] = socketPair(p);
  const end = pipe(p);
  assertOk(p.uv.uv_pipe_open(end, ours), "open");
  libc().close(theirs);
  const first = readStart(p, end);
  p.runUntil(() => first.errors.length > 0);
  assert.deepEqual(first.errors, [UV_EOF]);
  assert.equal(p.uv.uv_is_active(end), 0);
  const second = readStart(p, end);
  p.runUntil(() => second.errors.length > 0);
  assert.deepEqual(second.errors, [UV_EOF]);
});

testRaw("P11 what an end writes that was set to block, and not any more, arrives whole", (p) => {
  const [FITTING, LARGE] = [50_000, 1_000_000];
  const [ours, theirs] = socketPair(p);
  const [writer, reader] = [pipe(p), pipe(p)];
  assertOk(p.uv.uv_pipe_open(reader, theirs), "open");
  assertOk(p.uv.uv_pipe_open(writer, ours), "open");
  const statuses: number[] = [];
  let sum = 0;
  for (const [isBlocking, byteLength] of [[1, FITTING], [0, LARGE]] as const) {
    assert.equal(p.uv.uv_stream_set_blocking(writer, isBlocking), 0);
    const bytes = p.memory.allocate(byteLength);
    for (let i = 0; i < byteLength; i++) sum += bytes.u8[i] = i % 251;
    const buf = p.memory.allocate("uv_buf_t");
    struct("uv_buf_t", buf).base = bytes.pointer;
    struct("uv_buf_t", buf).len = byteLength;
    const request = p.memory.allocate("uv_write_t").pointer;
    const onWrite = p.callback("uv_write_cb", (_, status) => void statuses.push(status));
    assertOk(p.uv.uv_write(request, writer, buf.pointer, 1, onWrite), "write");
  }
  const reading = readStart(p, reader);
  p.runUntil(() => reading.byteLength === FITTING + LARGE && statuses.length === 2);
  assert.deepEqual(statuses, [0, 0]);
  assert.equal(reading.sum, sum);
});

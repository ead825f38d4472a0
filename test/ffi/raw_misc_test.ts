import assert from "node:assert/strict";
import {
  htons,
  type NativeTypeName,
  type Pointer,
  runtime,
  sizeOf,
  struct,
  systemAddress,
  textAt,
  uv_errno_t,
  uv_fs_type,
  uv_handle_type,
  uv_req_type,
} from "../../ffi/mod.ts";
import { assertOk, type RawProgram } from "./raw_program.ts";
import { connectPair, socketPair } from "./raw_stream.ts";
import { libc } from "./raw_system.ts";
import { testRaw } from "./raw_test_program.ts";

const { UV_EBADF, UV_EINVAL, UV_ENOSPC } = uv_errno_t;

/** What an `ip_name` function writes. */
function nameOf(
  p: RawProgram,
  address: Pointer,
  of: "uv_ip4_name" | "uv_ip6_name" | "uv_ip_name",
): string | null {
  const text = p.memory.allocate(64);
  assertOk(p.uv[of](address, text.pointer, 64), of);
  return textAt(text.pointer);
}

testRaw("D4 IPv4 addresses become names and back; what is none → EINVAL", (p) => {
  const address = p.memory.allocate("sockaddr_in");
  for (const ip of ["127.0.0.1", "0.0.0.0", "255.255.255.255", "1.2.3.4"]) {
    assert.equal(p.uv.uv_ip4_addr(p.memory.text(ip).pointer, 80, address.pointer), 0);
    assert.equal(nameOf(p, address.pointer, "uv_ip4_name"), ip);
    assert.equal(nameOf(p, address.pointer, "uv_ip_name"), ip);
    const { sin_addr, sin_port } = struct("sockaddr_in", address);
    assert.deepEqual([[...sin_addr].join("."), htons(sin_port)], [ip, 80]);
  }
  for (const bad of ["", "1.2.3", "1.2.3.4.5", "256.0.0.1", "255.255.255*000", "::1", "x"]) {
    assert.equal(p.uv.uv_ip4_addr(p.memory.text(bad).pointer, 80, address.pointer), UV_EINVAL);
  }
  assert.equal(p.uv.uv_ip4_name(address.pointer, p.memory.allocate(2).pointer, 2), UV_ENOSPC);
});

testRaw("D4 IPv6 addresses become names and back, their scope stands apart", (p) => {
  const address = p.memory.allocate("sockaddr_in6");
  const parse = (ip: string): number =>
    p.uv.uv_ip6_addr(p.memory.text(ip).pointer, 443, address.pointer);
  for (const ip of ["::1", "::", "fe80::1", "2001:db8::ff00:42:8329"]) {
    assert.equal(parse(ip), 0);
    assert.equal(nameOf(p, address.pointer, "uv_ip6_name"), ip);
    assert.equal(nameOf(p, address.pointer, "uv_ip_name"), ip);
  }
  assert.equal(parse("fe80::1%lo"), 0);
  assert.equal(struct("sockaddr_in6", address).sin6_scope_id, 1);
  assert.equal(nameOf(p, address.pointer, "uv_ip6_name"), "fe80::1");
  for (const bad of ["", ":::", "1.2.3.4", "fe80::1::2", "x", "1:2:3:4:5:6:7:8:9"]) {
    assert.equal(parse(bad), UV_EINVAL, bad);
  }
});

testRaw("W1 queue_work runs native work, then the callback, once; null work → EINVAL", (p) => {
  const request = p.memory.allocate("uv_work_t").pointer;
  const statuses: number[] = [];
  const after = p.callback("uv_after_work_cb", (_, status) => void statuses.push(status));
  assert.equal(p.uv.uv_queue_work(p.loop, request, null, after), UV_EINVAL);
  const getpid = runtime().pointer(systemAddress("getpid"));
  assert.equal(p.uv.uv_queue_work(p.loop, request, getpid, after), 0);
  p.run();
  assert.deepEqual(statuses, [0]);
});

const handleTypes = {
  UV_ASYNC: "uv_async_t",
  UV_CHECK: "uv_check_t",
  UV_FS_EVENT: "uv_fs_event_t",
  UV_FS_POLL: "uv_fs_poll_t",
  UV_IDLE: "uv_idle_t",
  UV_NAMED_PIPE: "uv_pipe_t",
  UV_POLL: "uv_poll_t",
  UV_PREPARE: "uv_prepare_t",
  UV_PROCESS: "uv_process_t",
  UV_TCP: "uv_tcp_t",
  UV_TIMER: "uv_timer_t",
  UV_TTY: "uv_tty_t",
  UV_UDP: "uv_udp_t",
  UV_SIGNAL: "uv_signal_t",
} as const satisfies Partial<Record<keyof typeof uv_handle_type, NativeTypeName>>;

testRaw("M1 types of handles and requests have names and sizes", (p) => {
  for (const [kind, type] of Object.entries(handleTypes)) {
    const value = uv_handle_type[kind as keyof typeof handleTypes];
    assert.equal(Number(p.uv.uv_handle_size(value)), sizeOf(type));
    const name = kind === "UV_NAMED_PIPE" ? "pipe" : kind.slice("UV_".length).toLowerCase();
    assert.equal(textAt(p.uv.uv_handle_type_name(value)), name);
  }
  const { UV_FS, UV_UNKNOWN_REQ } = uv_req_type;
  assert.equal(textAt(p.uv.uv_req_type_name(UV_FS)), "fs");
  assert.equal(Number(p.uv.uv_req_size(UV_FS)), sizeOf("uv_fs_t"));
  assert.equal(textAt(p.uv.uv_req_type_name(UV_UNKNOWN_REQ)), null);
  assert.equal(BigInt(p.uv.uv_handle_size(-1)), 2n ** 64n - 1n, "size_t of -1");
});

testRaw("M1 getters and setters reach the fields that struct shows", (p) => {
  const timer = p.timer();
  const view = struct("uv_timer_t", timer);
  p.uv.uv_handle_set_data(timer, p.loop);
  assert.deepEqual(view.data, p.loop);
  assert.deepEqual(p.uv.uv_handle_get_data(timer), p.loop);
  assert.deepEqual(p.uv.uv_handle_get_loop(timer), view.loop);
  assert.equal(p.uv.uv_handle_get_type(timer), uv_handle_type.UV_TIMER);
  assert.equal(view.type, uv_handle_type.UV_TIMER);
  const request = p.memory.allocate("uv_fs_t");
  const path = p.memory.text("/").pointer;
  p.uv.uv_req_set_data(request.pointer, p.loop);
  assert.equal(p.uv.uv_fs_stat(null, request.pointer, path, null), 0);
  assert.equal(p.uv.uv_req_get_type(request.pointer), uv_req_type.UV_FS);
  assert.equal(p.uv.uv_fs_get_type(request.pointer), uv_fs_type.UV_FS_STAT);
  assert.equal(Number(p.uv.uv_fs_get_result(request.pointer)), 0);
  assert.deepEqual(p.uv.uv_req_get_data(request.pointer), p.loop);
  p.uv.uv_fs_req_cleanup(request.pointer);
});

testRaw("M1 fileno: of a socket its descriptor, unbound EBADF, of a timer EINVAL", (p) => {
  const fd = p.memory.allocate(4);
  const fileno = (handle: Pointer): number => p.uv.uv_fileno(handle, fd.pointer);
  assert.equal(fileno(p.tcp()), UV_EBADF);
  assert.equal(fileno(p.timer()), UV_EINVAL);
  const bound = p.tcp();
  p.uv.uv_tcp_bind(bound, p.address(), 0);
  assert.equal(fileno(bound), 0);
  assert.ok(fd.view.getInt32(0, true) > 2);
  p.close(bound);
  assert.equal(fileno(bound), UV_EBADF);
});

testRaw("M1 guess_handle knows sockets, files, pipes and nonsense", (p) => {
  const [one, other] = socketPair(p);
  const O_RDONLY = 0;
  const file = libc().open(p.memory.text("/etc/passwd").pointer, O_RDONLY);
  assert.equal(p.uv.uv_guess_handle(one), uv_handle_type.UV_NAMED_PIPE);
  assert.equal(p.uv.uv_guess_handle(file), uv_handle_type.UV_FILE);
  assert.equal(p.uv.uv_guess_handle(-1), uv_handle_type.UV_UNKNOWN_HANDLE);
  for (const fd of [one, other, file]) libc().close(fd);
});

testRaw("M1 a socket's buffer of 10000 bytes is 10000, or 20000 as Linux counts", (p) => {
  const { client } = connectPair(p);
  const size = p.memory.allocate(4);
  for (const each of ["uv_send_buffer_size", "uv_recv_buffer_size"] as const) {
    size.view.setInt32(0, 10000, true);
    assert.equal(p.uv[each](client, size.pointer), 0);
    size.view.setInt32(0, 0, true); // 0 asks
    assert.equal(p.uv[each](client, size.pointer), 0);
    assert.ok([10000, 20000].includes(size.view.getInt32(0, true)));
  }
  size.view.setInt32(0, 0, true);
  assert.equal(p.uv.uv_send_buffer_size(p.tcp(), size.pointer), UV_EBADF);
});

testRaw("M3 locks and thread-local keys work in the memory that is allocated for them", (p) => {
  const mutex = p.memory.allocate("uv_mutex_t").pointer;
  assertOk(p.uv.uv_mutex_init(mutex), "mutex");
  assert.equal(p.uv.uv_mutex_trylock(mutex), 0);
  assert.ok(p.uv.uv_mutex_trylock(mutex) < 0);
  p.uv.uv_mutex_unlock(mutex);
  p.uv.uv_mutex_destroy(mutex);
  const semaphore = p.memory.allocate("uv_sem_t").pointer;
  assertOk(p.uv.uv_sem_init(semaphore, 1), "sem");
  assert.equal(p.uv.uv_sem_trywait(semaphore), 0);
  assert.ok(p.uv.uv_sem_trywait(semaphore) < 0);
  p.uv.uv_sem_destroy(semaphore);
  const key = p.memory.allocate("uv_key_t").pointer;
  assertOk(p.uv.uv_key_create(key), "key");
  p.uv.uv_key_set(key, p.loop);
  assert.deepEqual(p.uv.uv_key_get(key), p.loop);
  p.uv.uv_key_delete(key);
});

/**
 * The same acts on the raw layer, where libuv 1.44.2 does end the process: `raw_child.ts NAME`.
 * That shows what `child.ts` would look like if `src/` let one of them through.
 */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import process from "node:process";
import {
  libuv,
  NativeMemory,
  openLibrary,
  type Pointer,
  runtime,
  struct,
  textAt,
  uv_errno_t,
  uv_poll_event,
} from "../../ffi/mod.ts";
import { assertOk, RawProgram } from "../ffi/raw_program.ts";
import { connectPair, fdOf, readStart } from "../ffi/raw_stream.ts";
import { inFolder } from "../fixtures/fs_folder.ts";
import {
  closeFd,
  forbidThreads,
  leaveDescriptors,
  openFile,
  pipePair,
} from "../fixtures/handle_system.ts";

const { UV_EBUSY, UV_ENOENT } = uv_errno_t;
const NAME_LENGTH = 299;
const NAME_LENGTH_KEPT = 107;

/** Initialises a loop where this is the first one, with so many free descriptors. */
function initLoop(free: number): void {
  const uv = libuv();
  const { pointer } = new NativeMemory().allocate("uv_loop_t");
  const { uv_loop_init } = uv; // binds it, which opens the library once more
  console.log("about to");
  leaveDescriptors(free);
  uv_loop_init(pointer);
}

const cases: Readonly<Record<string, () => void>> = {
  close_twice() {
    const p = new RawProgram();
    const timer = p.timer();
    p.uv.uv_close(timer, null);
    console.log("about to");
    p.uv.uv_close(timer, null);
  },

  close_zeroed() {
    const p = new RawProgram();
    const { pointer } = p.memory.allocate("uv_timer_t");
    console.log("about to");
    p.uv.uv_close(pointer, null);
  },

  write_nothing() {
    const p = new RawProgram();
    const { client } = connectPair(p);
    const request = p.memory.allocate("uv_write_t").pointer;
    console.log("about to");
    p.uv.uv_write(request, client, p.buf("x").pointer, 0, p.noting("uv_write_cb", ""));
  },

  send_nothing() {
    const p = new RawProgram();
    const { uv, memory } = p;
    const udp = p.handle("uv_udp_t", (each) => uv.uv_udp_init(p.loop, each)).pointer;
    const request = memory.allocate("uv_udp_send_t").pointer;
    const onSend = p.noting("uv_udp_send_cb", "");
    console.log("about to");
    uv.uv_udp_send(request, udp, p.buf("x").pointer, 0, p.address("127.0.0.1", 9), onSend);
  },

  file_as_pipe() {
    const p = new RawProgram();
    const pipe = p.handle("uv_pipe_t", (each) => p.uv.uv_pipe_init(p.loop, each, 0)).pointer;
    assertOk(p.uv.uv_pipe_open(pipe, openFile("/proc/self/exe")), "open");
    readStart(p, pipe);
    console.log("about to");
    p.run();
  },

  stream_without_descriptor() {
    const p = new RawProgram();
    const { client } = connectPair(p);
    closeFd(fdOf(p, client));
    readStart(p, client);
    console.log("about to");
    p.run();
  },

  poll_without_descriptor() {
    const p = new RawProgram();
    const [fd] = pipePair();
    const poll = p.handle("uv_poll_t", (each) => p.uv.uv_poll_init(p.loop, each, fd)).pointer;
    closeFd(fd);
    p.uv.uv_poll_start(poll, uv_poll_event.UV_READABLE, p.noting("uv_poll_cb", ""));
    console.log("about to");
    p.run();
  },

  send_after_loop_close() {
    const { uv, memory } = new RawProgram();
    const loop = memory.allocate("uv_loop_t").pointer;
    const async = memory.allocate("uv_async_t").pointer;
    uv.uv_loop_init(loop);
    uv.uv_async_init(loop, async, null);
    uv.uv_close(async, null);
    uv.uv_run(loop, 0);
    assertOk(uv.uv_loop_close(loop), "uv_loop_close");
    console.log("about to");
    uv.uv_async_send(async);
  },

  pool_without_threads() {
    const p = new RawProgram();
    const request = p.memory.allocate("uv_work_t").pointer;
    const work = runtime().pointer(openLibrary().address("uv_hrtime")) as Pointer;
    const { uv_queue_work } = p.uv;
    console.log("about to");
    forbidThreads();
    uv_queue_work(p.loop, request, work, null);
  },

  loop_with_1_descriptor: () => initLoop(1),
  loop_with_2_descriptors: () => initLoop(2),

  cut_off_name() {
    const p = new RawProgram();
    inFolder(({ path }) => {
      const pipe = p.handle("uv_pipe_t", (each) => p.uv.uv_pipe_init(p.loop, each, 0)).pointer;
      const name = p.memory.text(`${path}/`.padEnd(NAME_LENGTH, "a")).pointer;
      assert.equal(p.uv.uv_pipe_bind(pipe, name), 0);
      const [bound = ""] = readdirSync(path);
      assert.equal(`${path}/${bound}`.length, NAME_LENGTH_KEPT);
      p.end();
    });
  },

  cut_off_address() {
    const { uv, memory } = new RawProgram();
    const [address, name] = [memory.allocate(128), memory.allocate(128)];
    const text = memory.text("0000:0000:0000:0000:0000:ffff:127.0.0.100%lo").pointer;
    assert.equal(uv.uv_ip6_addr(text, 80, address.pointer), 0);
    assert.equal(uv.uv_ip6_name(address.pointer, name.pointer, 128), 0);
    assert.equal(textAt(name.pointer), "::ffff:127.0.0.1");
  },

  failed_spawn() {
    const { uv, memory } = new RawProgram();
    const loop = memory.allocate("uv_loop_t").pointer;
    assert.equal(uv.uv_loop_init(loop), 0);
    const options = memory.allocate("uv_process_options_t").pointer;
    const file = memory.text("/nowhere").pointer;
    Object.assign(struct("uv_process_options_t", options), {
      file,
      args: memory.textArray(["a"]).pointer,
    });
    assert.equal(uv.uv_spawn(loop, memory.allocate("uv_process_t").pointer, options), UV_ENOENT);
    assert.equal(uv.uv_loop_close(loop), UV_EBUSY);
  },
};

const name = process.argv[2] ?? "";
const body = cases[name] ?? assert.fail(`There is no case ${name}`);
body();

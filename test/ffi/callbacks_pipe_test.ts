import assert from "node:assert/strict";
import { uv_handle_type } from "../../ffi/libuv/constants.ts";
import { uv_errno_t } from "../../ffi/libuv/errno.ts";
import { socket_types } from "../../ffi/libuv/system_constants.ts";
import { bind, testBothMakes } from "./makes.ts";
import { RawTcp } from "./raw_tcp.ts";
import type { Native, RawLoop } from "./raw_loop.ts";

function pipePair(loop: RawLoop): [Native, Native] {
  const { uv_socketpair } = bind("uv_socketpair");
  const fds = loop.memory(8);
  assert.equal(uv_socketpair(socket_types.SOCK_STREAM, 0, fds.pointer, 0, 0), 0);
  const open = (name: string, index: number): Native => {
    const { core, pointer } = loop;
    const type = uv_handle_type.UV_NAMED_PIPE;
    const pipe = loop.handle(name, type, (handle) => core.uv_pipe_init(pointer, handle, 0));
    const fd = fds.region.i32[fds.offset / 4 + index] as number;
    assert.equal(core.uv_pipe_open(pipe.pointer, fd), 0);
    return pipe;
  };
  return [open("ours", 0), open("theirs", 1)];
}

testBothMakes("data and the end in one event are a read and its end, not starvation", (loop) => {
  // libuv then reports UV_EOF without asking for a block: it saw POLLHUP after a partial read.
  const [ours, theirs] = pipePair(loop);
  const streams = new RawTcp(loop, { listening: false });
  streams.write(theirs, "hello");
  loop.runUntilEvent("WRITE");
  loop.closeHandle(theirs);
  loop.runUntilEvent("CLOSE");
  streams.readStart(ours);
  const { a, b } = loop.runUntilEvent("READ");
  assert.equal(new TextDecoder().decode(loop.readBlock(a, b)), "hello");
  assert.equal(loop.runUntilEvent("READ_ENDED").a, uv_errno_t.UV_EOF);
  assert.deepEqual(loop.events.filter(({ kind }) => kind === "STARVED"), []);
});

import assert from "node:assert/strict";
import { uv_errno_t } from "../../ffi/libuv/errno.ts";
import { openLibrary } from "../../ffi/libuv/library.ts";
import { duplicateFd } from "../../ffi/memory/system.ts";
import { withoutDescriptors } from "../fixtures/handle_system.ts";
import { bind, testBothMakes } from "./makes.ts";
import { RawTcp } from "./raw_tcp.ts";

/** From 1.45 on libuv tells nobody of a connection that it cannot accept: see `Acceptor`. */
const tellsOfFailures = openLibrary().version.minor < 45;

testBothMakes("accept out of descriptors gives up the reserve, and the listener pauses", (loop) => {
  if (!tellsOfFailures) return;
  // libuv opens a spare descriptor of its own with the first stream: let that fail.
  const { tcp, client, server } = withoutDescriptors(() => {
    const tcp = new RawTcp(loop, { listening: false });
    return { tcp, client: tcp.init("client"), server: tcp.stock("server") };
  });
  tcp.listen();
  tcp.connect(client);
  loop.ring.reserveFd = duplicateFd(0);
  withoutDescriptors(() => loop.runUntilEvent("CONNECTION_WAITING"));
  const kinds = loop.events.filter(({ of }) => of === "listener").map(({ kind, a }) => [kind, a]);
  assert.deepEqual(kinds, [["CONNECTION_FAILED", uv_errno_t.UV_EMFILE], ["CONNECTION_WAITING", 0]]);
  assert.equal(loop.ring.reserveFd, -1);
  assert.ok(tcp.paused && tcp.failed);
  assert.equal(tcp.stockCount, 1);
  assert.equal(loop.core.uv_accept(tcp.listener.pointer, server.pointer), 0);
  loop.runUntilEvent("CONNECT");
  loop.sort();
});

testBothMakes("a failed accept is recorded once until it was drained", (loop) => {
  const { uv_loop_alive } = bind("uv_loop_alive");
  // uv_connect_cb has the same signature and can be made to fail at will.
  const tcp = new RawTcp(loop);
  loop.closeHandle(tcp.listener);
  loop.runUntilEvent("CLOSE");
  tcp.connect(tcp.init("first"), "on_connection");
  const failed = loop.runUntilEvent("CONNECTION_FAILED");
  assert.deepEqual([failed.of, failed.a], ["first.connect", uv_errno_t.UV_ECONNREFUSED]);
  assert.ok(tcp.failed && !tcp.paused);
  tcp.connect(tcp.init("second"), "on_connection");
  loop.runUntil(() => uv_loop_alive(loop.pointer) === 0);
  assert.equal(loop.events.filter(({ kind }) => kind === "CONNECTION_FAILED").length, 1);
});

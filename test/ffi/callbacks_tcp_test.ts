import assert from "node:assert/strict";
import { uv_run_mode } from "../../ffi/libuv/constants.ts";
import { uv_errno_t } from "../../ffi/libuv/errno.ts";
import { READS_MAX } from "../../ffi/thunks/kinds.ts";
import { testBothMakes } from "./makes.ts";
import type { Event, RawLoop } from "./raw_loop.ts";
import { RawTcp } from "./raw_tcp.ts";

const decoder = new TextDecoder();

/** The records of one kind; those of two sockets may come in either order. */
function eventsOf(loop: RawLoop, kind: string): Event[] {
  return loop.events.filter((event) => event.kind === kind);
}

testBothMakes("a connection is accepted into the last handle of the stock", (loop) => {
  const tcp = new RawTcp(loop);
  tcp.stock("unused");
  tcp.pair();
  const [connection] = eventsOf(loop, "CONNECTION");
  assert.deepEqual({ ...connection, b: 0 }, {
    of: "listener",
    kind: "CONNECTION",
    a: 0,
    b: 0,
    c: 77, // the generation of the accepted handle; b is its slot
  });
  assert.deepEqual(eventsOf(loop, "CONNECT").map(({ of, a }) => [of, a]), [["client.connect", 0]]);
  assert.equal(tcp.stockCount, 1);
  loop.sort();
});

testBothMakes("an empty stock leaves the connection waiting, and uv_accept takes it", (loop) => {
  const tcp = new RawTcp(loop);
  tcp.connect(tcp.init("client"));
  loop.runUntilEvent("CONNECTION_WAITING");
  const server = tcp.init("server");
  assert.equal(loop.core.uv_accept(tcp.listener.pointer, server.pointer), 0);
  loop.runUntilEvent("CONNECT");
  loop.sort();
});

for (const isDirect of [false, true]) {
  const by = isDirect ? ", of a socket that is read with others" : "";

  testBothMakes(`a read is recorded with its block, a write with its status${by}`, (loop) => {
    const tcp = new RawTcp(loop);
    const { client, server } = tcp.pair();
    tcp.readStart(server, isDirect);
    tcp.write(client, "hello");
    const read = loop.runUntilEvent("READ");
    loop.runUntilEvent("WRITE");
    assert.deepEqual([read.of, read.b, read.c], ["server", 5, 0]);
    assert.equal(loop.ring.freeBlocks, 3);
    assert.equal(decoder.decode(loop.readBlock(read.a, 5)), "hello");
    assert.deepEqual(eventsOf(loop, "WRITE").map(({ of, a }) => [of, a]), [["client.write", 0]]);
    loop.sort();
  });

  testBothMakes(`a long message fills a block, then the next${by}`, (loop) => {
    const tcp = new RawTcp(loop);
    const { client, server } = tcp.pair();
    tcp.write(client, "a".repeat(1024) + "b".repeat(500));
    loop.runUntilEvent("WRITE");
    tcp.readStart(server, isDirect);
    const reads = [loop.runUntilEvent("READ", 1), loop.runUntilEvent("READ", 2)];
    assert.deepEqual(reads.map(({ b }) => b), [1024, 500]);
    const text = reads.map(({ a, b }) => decoder.decode(loop.readBlock(a, b))).join("");
    assert.equal(text, "a".repeat(1024) + "b".repeat(500));
    loop.sort();
  });

  testBothMakes(`without a block reading stops, and starts again with one${by}`, (loop) => {
    const tcp = new RawTcp(loop);
    const { client, server } = tcp.pair();
    loop.takeAllBlocks();
    tcp.readStart(server, isDirect);
    tcp.write(client, "hello");
    const starved = loop.runUntilEvent("STARVED");
    assert.deepEqual([starved.of, starved.a, starved.b, starved.c], ["server", 0, 0, 0]);
    assert.equal(loop.core.uv_is_active(server.pointer), 0);
    loop.giveAllBlocks();
    tcp.readStart(server, isDirect);
    const read = loop.runUntilEvent("READ");
    assert.equal(decoder.decode(loop.readBlock(read.a, read.b)), "hello");
    loop.sort();
  });

  testBothMakes(
    `shutdown ends the peer's reading with UV_EOF and its block comes back${by}`,
    (loop) => {
      const tcp = new RawTcp(loop);
      const { client, server } = tcp.pair();
      tcp.readStart(server, isDirect);
      tcp.shutdown(client);
      const ended = loop.runUntilEvent("READ_ENDED");
      loop.runUntilEvent("SHUTDOWN");
      assert.deepEqual([ended.of, ended.a], ["server", uv_errno_t.UV_EOF]);
      assert.deepEqual(eventsOf(loop, "SHUTDOWN").map(({ of, a }) => [of, a]), [[
        "client.shutdown",
        0,
      ]]);
      assert.equal(loop.ring.freeBlocks, 4);
      loop.sort();
    },
  );

  testBothMakes(`a reset connection ends reading with its error${by}`, (loop) => {
    const tcp = new RawTcp(loop);
    const { client, server } = tcp.pair();
    tcp.readStart(server, isDirect);
    loop.closeHandle(client, "uv_tcp_close_reset");
    assert.equal(loop.runUntilEvent("READ_ENDED").a, uv_errno_t.UV_ECONNRESET);
    assert.equal(loop.ring.freeBlocks, 4);
    loop.runUntilEvent("CLOSE");
    loop.sort();
  });
}

testBothMakes("closing completes what was under way with UV_ECANCELED", (loop) => {
  const tcp = new RawTcp(loop);
  const { client } = tcp.pair();
  const payload = "x".repeat(20_000);
  for (let i = 0; i < 2; i++) tcp.write(client, payload);
  tcp.shutdown(client);
  loop.closeHandle(client);
  loop.runUntilEvent("CLOSE");
  assert.equal(eventsOf(loop, "SHUTDOWN")[0]?.a, uv_errno_t.UV_ECANCELED);
  loop.sort();
});

testBothMakes("a refused connection is recorded by its request", (loop) => {
  const tcp = new RawTcp(loop);
  loop.closeHandle(tcp.listener);
  loop.runUntilEvent("CLOSE");
  tcp.connect(tcp.init("client"));
  assert.equal(loop.runUntilEvent("CONNECT").a, uv_errno_t.UV_ECONNREFUSED);
});

testBothMakes("a stream that has more is read on in the next turn", (loop) => {
  const tcp = new RawTcp(loop);
  const { client, server } = tcp.pair();
  loop.startTurns();
  tcp.write(client, "x".repeat(64 * (2 * READS_MAX + 3)));
  loop.runUntilEvent("WRITE");
  tcp.readStart(server);
  const read = (): number => loop.events.filter(({ kind }) => kind === "READ").length;
  const counts = [1, 2, 3].map(() => {
    loop.core.uv_run(loop.pointer, uv_run_mode.UV_RUN_NOWAIT);
    loop.drain();
    return read();
  });
  assert.deepEqual(counts, [READS_MAX, 2 * READS_MAX, 2 * READS_MAX + 3]);
  for (const { kind, a } of loop.events) if (kind === "READ") loop.giveBlock(a);
  loop.sort();
}, { blockBytes: 64, blockCount: 32 });

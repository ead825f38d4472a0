import assert from "node:assert/strict";
import process from "node:process";
import { uv_run_mode } from "../../ffi/libuv/constants.ts";
import { uv_errno_t } from "../../ffi/libuv/errno.ts";
import { batch as batchLayout, ring as ringLayout } from "../../ffi/memory/ring_layout.ts";
import { installMachineCode } from "../../ffi/thunks/machine_code_page.ts";
import { test } from "../harness.ts";
import { halves, RawLoop } from "./raw_loop.ts";
import { type Pair, RawTcp } from "./raw_tcp.ts";

/** More than a batch holds. */
const MANY = 260;
const VARIABLE = "UV_USE_IO_URING";

/** Each scenario with the io_uring of this system, where there is one, and without. */
function testBatch(name: string, scenario: (loop: RawLoop, tcp: RawTcp) => void): void {
  for (const isAllowed of [true, false]) {
    test(`${name}, ${isAllowed ? "together" : "one by one"}`, () => {
      const callbacks = installMachineCode();
      if (callbacks === undefined) return;
      const loop = withVariable(isAllowed ? undefined : "0", () => {
        return new RawLoop(callbacks, { blockBytes: 64, blockCount: MANY });
      });
      const { header } = loop.ring;
      const fd = header.i32[(ringLayout.batch + batchLayout.fd) / 4];
      if (!isAllowed) assert.equal(fd, -1);
      scenario(loop, new RawTcp(loop, { stockSize: MANY }));
      loop.close();
      callbacks.free();
    });
  }
}

function withVariable<T>(value: string | undefined, body: () => T): T {
  const before = process.env[VARIABLE];
  if (value !== undefined) process.env[VARIABLE] = value;
  try {
    return body();
  } finally {
    if (before === undefined) delete process.env[VARIABLE];
    else process.env[VARIABLE] = before;
  }
}

/** Submits a write of each client to its peer: its number in the list, as a byte. */
function submitNumbers(loop: RawLoop, tcp: RawTcp, pairs: readonly Pair[]): void {
  pairs.forEach(({ client }, index) => {
    const memory = loop.memory(1);
    memory.region.u8[memory.offset] = index;
    const handle = { ...halves(client.address), fd: tcp.descriptor(client) };
    loop.ring.writes.setRange(index, handle, halves(memory.address), 0, 1);
  });
  loop.ring.submitWrites(pairs.length);
}

for (const count of [1, 3, 4, 20, MANY]) {
  testBatch(
    `${count} writes that are submitted arrive, and ${count} sockets are read`,
    (loop, tcp) => {
      const pairs = tcp.pairs(count);
      for (const { server } of pairs) tcp.readStart(server, true);
      loop.startSubmits();
      submitNumbers(loop, tcp, pairs);
      loop.runUntilEvent("READ", count);
      for (let i = 0; i < count; i++) assert.equal(loop.ring.writes.result(i), 1);
      const reads = loop.events.filter(({ kind }) => kind === "READ");
      assert.deepEqual(reads.map(({ b }) => b), Array(count).fill(1));
      const numbers = reads.map(({ a }) => loop.readBlock(a, 1)[0] as number);
      const expected = pairs.map((_, index) => index & 0xff);
      assert.deepEqual(numbers.toSorted((a, b) => a - b), expected.toSorted((a, b) => a - b));
    },
  );
}

testBatch("a write that was cancelled is left out, the others are made", (loop, tcp) => {
  const pairs = tcp.pairs(6);
  for (const { server } of pairs) tcp.readStart(server, true);
  loop.startSubmits();
  submitNumbers(loop, tcp, pairs);
  loop.ring.writes.cancel(2);
  loop.runUntilEvent("READ", 5);
  const reads = loop.events.filter(({ kind }) => kind === "READ");
  const numbers = reads.map(({ a }) => loop.readBlock(a, 1)[0] as number);
  assert.deepEqual(numbers.toSorted(), [0, 1, 3, 4, 5]);
});

testBatch("what a socket does not take is asked of libuv, which says EAGAIN", (loop, tcp) => {
  const pairs = tcp.pairs(5);
  const full = pairs[3] as Pair;
  const piece = loop.memory(16 * 1024);
  const memory = halves(piece.address);
  const handle = { ...halves(full.client.address), fd: tcp.descriptor(full.client) };
  loop.startSubmits();
  let result = 1;
  for (let turns = 0; result > 0; turns++) {
    assert.ok(turns < 10_000, "the socket never fills");
    loop.ring.writes.setRange(0, handle, memory, 0, 16 * 1024);
    loop.ring.submitWrites(1);
    loop.core.uv_run(loop.pointer, uv_run_mode.UV_RUN_NOWAIT);
    result = loop.ring.writes.result(0);
  }
  submitNumbers(loop, tcp, pairs);
  loop.core.uv_run(loop.pointer, uv_run_mode.UV_RUN_NOWAIT);
  const results = pairs.map((_, index) => loop.ring.writes.result(index));
  assert.deepEqual(results, [1, 1, 1, uv_errno_t.UV_EAGAIN, 1]);
});

testBatch("ends and resets are told among reads, and blocks come back", (loop, tcp) => {
  const pairs = tcp.pairs(8);
  pairs.forEach(({ client }, index) => {
    if (index < 4) tcp.write(client, "hello");
    else if (index < 6) tcp.shutdown(client);
    else loop.closeHandle(client, "uv_tcp_close_reset");
  });
  loop.runUntilEvent("CLOSE", 2);
  for (const { server } of pairs) tcp.readStart(server, true);
  loop.runUntilEvent("READ_ENDED", 4);
  loop.runUntilEvent("READ", 4);
  const { UV_EOF, UV_ECONNRESET } = uv_errno_t;
  const ends = loop.events.filter(({ kind }) => kind === "READ_ENDED").map(({ a }) => a);
  const expected = [UV_EOF, UV_EOF, UV_ECONNRESET, UV_ECONNRESET];
  assert.deepEqual(ends.toSorted((a, b) => a - b), expected.toSorted((a, b) => a - b));
  for (const { kind, a } of loop.events) if (kind === "READ") loop.giveBlock(a);
});

testBatch("where blocks run out, the rest is starved, and read when they are back", (loop, tcp) => {
  const pairs = tcp.pairs(6);
  for (const { client } of pairs) tcp.write(client, "hello");
  loop.runUntilEvent("WRITE", 6);
  loop.takeAllBlocks();
  for (let i = 0; i < 4; i++) loop.giveTaken();
  for (const { server } of pairs) tcp.readStart(server, true);
  loop.runUntilEvent("STARVED", 2);
  loop.runUntilEvent("READ", 4);
  loop.giveAllBlocks();
  for (const { server } of pairs) tcp.readAgain(server);
  loop.runUntilEvent("READ", 6);
  for (const { kind, a } of loop.events) if (kind === "READ") loop.giveBlock(a);
});

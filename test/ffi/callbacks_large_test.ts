import assert from "node:assert/strict";
import { uv_handle_type, uv_run_mode } from "../../ffi/libuv/constants.ts";
import { testBothMakes } from "./makes.ts";
import type { Event, Native, RawLoop } from "./raw_loop.ts";
import { RawTcp } from "./raw_tcp.ts";

const sizes = { blockBytes: 1024, blockCount: 3, largeBlockBytes: 4096, largeBlockCount: 1 };

/** A pair, at the one end of which so many bytes wait to be read. */
function waiting(loop: RawLoop, byteLength: number): { tcp: RawTcp; client: Native } {
  const tcp = new RawTcp(loop);
  const { client, server } = tcp.pair();
  tcp.write(client, "x".repeat(byteLength));
  loop.runUntilEvent("WRITE");
  tcp.readStart(server);
  return { tcp, client };
}

/** The reads so far: bytes, size of the block, and whether the size was another than wanted. */
function reads(loop: RawLoop): [byteLength: number, size: string, kind: string][] {
  const isRead = ({ kind }: Event): boolean => kind.startsWith("READ");
  return loop.events.filter(isRead).map(({ kind, a, b }) => {
    return [b, loop.isLarge(a) ? "large" : "small", kind];
  });
}

/** Puts back the blocks of the reads so far, from the one on that is given. */
function giveBack(loop: RawLoop, from = 0): void {
  const isRead = ({ kind }: Event): boolean => kind === "READ" || kind === "READ_SUBSTITUTE";
  for (const { a } of loop.events.filter(isRead).slice(from)) loop.giveBlock(a);
}

testBothMakes("a read that fills its block is followed by one into a large block", (loop) => {
  waiting(loop, 1024 + 3000);
  loop.runUntilEvent("READ", 2);
  assert.deepEqual(reads(loop), [[1024, "small", "READ"], [3000, "large", "READ"]]);
  giveBack(loop);
  loop.sort();
}, sizes);

testBothMakes("a stream reads into large blocks until a small one would have done", (loop) => {
  const { tcp, client } = waiting(loop, 1024 + 1025);
  loop.runUntilEvent("READ", 2);
  giveBack(loop);
  for (const [i, length] of [1, 10].entries()) {
    tcp.write(client, "y".repeat(length));
    loop.runUntilEvent("READ", 3 + i);
    giveBack(loop, 2 + i);
  }
  assert.deepEqual(reads(loop).slice(1).map(([byteLength, size]) => [byteLength, size]), [
    [1025, "large"],
    [1, "large"],
    [10, "small"],
  ]);
  loop.sort();
}, sizes);

testBothMakes("without a large block a small one serves, and the record says so", (loop) => {
  const large = loop.ring.large.take();
  waiting(loop, 1024 + 500);
  loop.runUntilEvent("READ_SUBSTITUTE");
  assert.deepEqual(reads(loop), [[1024, "small", "READ"], [500, "small", "READ_SUBSTITUTE"]]);
  giveBack(loop);
  loop.giveBlock(large);
  loop.sort();
}, sizes);

testBothMakes("without a small block a large one serves, and the record says so", (loop) => {
  const taken = [0, 1, 2].map(() => loop.ring.small.take());
  waiting(loop, 1500);
  loop.runUntilEvent("READ_SUBSTITUTE");
  assert.deepEqual(reads(loop), [[1500, "large", "READ_SUBSTITUTE"]]);
  giveBack(loop);
  for (const index of taken) loop.giveBlock(index);
  loop.sort();
}, sizes);

testBothMakes("reading stops when there is no block of either size", (loop) => {
  loop.takeAllBlocks();
  waiting(loop, 10);
  loop.runUntilEvent("STARVED");
  assert.deepEqual(reads(loop), []);
  loop.giveAllBlocks();
  loop.sort();
}, sizes);

testBothMakes("a large block that nothing was read into returns among the large ones", (loop) => {
  const { tcp, client } = waiting(loop, 1024); // the next read asks for a large block in vain
  loop.runUntilEvent("READ");
  assert.deepEqual([loop.ring.small.count, loop.ring.large.count], [2, 1]);
  tcp.shutdown(client);
  loop.runUntilEvent("READ_ENDED");
  assert.deepEqual([loop.ring.small.count, loop.ring.large.count], [2, 1]);
  giveBack(loop);
  loop.sort();
}, sizes);

testBothMakes("blocks of one size are never asked to be large", (loop) => {
  waiting(loop, 2000);
  loop.runUntilEvent("READ", 2);
  assert.deepEqual(reads(loop).map(([, , kind]) => kind), ["READ", "READ"]);
  giveBack(loop);
  loop.sort();
});

testBothMakes("a turn notes the fewest free blocks that were left over", (loop) => {
  const { core, ring, callbacks } = loop;
  const init = (check: Native["pointer"]): number => core.uv_check_init(loop.pointer, check);
  const { pointer } = loop.handle("check", uv_handle_type.UV_CHECK, init);
  core.uv_check_start(pointer, callbacks.pointers.on_turn);
  const turn = (): void => void core.uv_run(loop.pointer, uv_run_mode.UV_RUN_NOWAIT);
  for (const shelf of [ring.small, ring.large]) shelf.startLow(shelf.count);
  const taken = [ring.small.take(), ring.small.take()];
  const large = ring.large.take();
  turn();
  for (const index of [...taken, large]) loop.giveBlock(index);
  turn();
  assert.deepEqual([ring.small.low, ring.large.low], [1, 0]);
  ring.small.startLow(ring.small.count);
  turn();
  assert.deepEqual([ring.small.low, ring.large.low], [3, 0]);
  return [ring.small.low, ring.large.low];
}, sizes);

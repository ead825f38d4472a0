/**
 * Leases and returns blocks through the public interface, and tells what it costs:
 *
 *     bun block_pairs.ts PAIRS
 *     deno run -A --v8-flags=--expose-gc block_pairs.ts PAIRS
 */

import process from "node:process";
import { type Block, Loop, ok, type Scope } from "../../src/mod.ts";
import { collectGarbage } from "./collect_garbage.ts";
import { tell } from "./reading.mjs";

/** Leak levels that are measured: the default, and none. */
const LEVELS = ["simple", "off"] as const;
/** Blocks that are held at once. */
const BATCHES = [1, 32] as const;
/** Measured is the last: in those before, the code is compiled. */
const RUNS = 2;

const pairs = Number(process.argv[2]);

function leaseAndReturn(scope: Scope, held: (Block | undefined)[]): void {
  const batch = held.length;
  for (let done = 0; done < pairs; done += batch) {
    for (let i = 0; i < batch; i++) held[i] = scope.leaseBlock();
    for (let i = 0; i < batch; i++) (held[i] as Block).release();
  }
}

function heapBytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

/** One run of one case; the first has the compiler in it. */
function measure(loop: Loop, scope: Scope, batch: number) {
  const held: (Block | undefined)[] = Array.from({ length: batch }, () => undefined);
  const before = loop.metrics().blocks;
  const heapBefore = heapBytes();
  const startMs = performance.now();
  leaseAndReturn(scope, held);
  const ms = performance.now() - startMs;
  const heapGrowthBytes = heapBytes() - heapBefore;
  const after = loop.metrics().blocks;
  return {
    nsPerPair: ms * 1e6 / pairs,
    heapGrowthBytes,
    mappedGrowthBytes: after.byteLength - before.byteLength,
  };
}

for (const level of LEVELS) {
  const loop = Loop.create({ leakLevel: level }).instantiate(undefined);
  let scope!: Scope;
  loop.addMachine((its) => {
    scope = its;
    return ok({});
  });
  for (const batch of BATCHES) {
    let found!: ReturnType<typeof measure>;
    for (let run = 0; run < RUNS; run++) found = measure(loop, scope, batch);
    const metric = `level ${level}, ${batch} held`;
    tell({ metric, unit: "ns/pair", value: found.nsPerPair });
    tell({ metric: `${metric}: heap growth`, unit: "bytes", value: found.heapGrowthBytes });
    tell({ metric: `${metric}: mapped growth`, unit: "bytes", value: found.mappedGrowthBytes });
  }
  loop.close();
}

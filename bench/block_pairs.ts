/**
 * Leases and returns blocks through the public interface, and prints what it costs as JSON:
 *
 *     bun bench/block_pairs.ts PAIRS ROUNDS
 *     deno run -A --v8-flags=--expose-gc bench/block_pairs.ts PAIRS ROUNDS
 *
 * One line for each case and round: see `BlockCase`.
 */

import process from "node:process";
import { type Block, Loop, ok, type Scope } from "../src/mod.ts";
import { batches, type BlockCase, levels } from "./block_report.ts";
import { collectGarbage } from "./collect_garbage.ts";

const [pairs = 0, rounds = 0] = process.argv.slice(2).map(Number);

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

for (const level of levels) {
  const loop = Loop.create({ leakLevel: level }).instantiate(undefined);
  let scope!: Scope;
  loop.addMachine((its) => {
    scope = its;
    return ok({});
  });
  for (let round = 0; round < rounds; round++) {
    for (const batch of batches) {
      const held: (Block | undefined)[] = Array.from({ length: batch }, () => undefined);
      const before = loop.metrics().blocks;
      const heapBefore = heapBytes();
      const start = performance.now();
      leaseAndReturn(scope, held);
      const ms = performance.now() - start;
      const heapGrowthBytes = heapBytes() - heapBefore;
      const after = loop.metrics().blocks;
      const result: BlockCase = {
        level,
        batch,
        pairs,
        nsPerPair: ms * 1e6 / pairs,
        heapGrowthBytes,
        mappedGrowthBytes: after.byteLength - before.byteLength,
        leases: after.leases - before.leases,
      };
      console.log(JSON.stringify(result));
    }
  }
  loop.close();
}

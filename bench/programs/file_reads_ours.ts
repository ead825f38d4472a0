/**
 * Reads of pieces of a file on a loop, several at once, as `bench/c/file_reads.c` does it:
 *
 *     bun file_reads_ours.ts FILE SIZE READS ATONCE
 */

import { statSync } from "node:fs";
import process from "node:process";
import { type Block, done, type File, Loop, ok } from "../../src/mod.ts";
import type { IoEvent, Machine, Response, Scope } from "../../src/mod.ts";
import { makeCheck, offsetsOf, warmUpOf } from "./read_pattern.mjs";
import { tell } from "./reading.mjs";

const [path = "", ...numbers] = process.argv.slice(2);
const [size = 1, reads = 1, atOnce = 1] = numbers.map(Number);

const check = makeCheck(size);
const offsets = offsetsOf(statSync(path).size, size);
let left = 0;

/** Has one read under way, always: into a block, or into bytes where a block is too short. */
class Reader implements Machine {
  #file: File | undefined;
  #memory: Block | Uint8Array | undefined;
  #offset = 0;

  constructor(scope: Scope) {
    scope.fs.open(path);
  }

  ready(event: IoEvent, scope: Scope): Response {
    if (event.kind !== "fs") throw new Error("A request has failed");
    const { request } = event;
    if (request.operation === "open") {
      this.#file = request.result;
      const block = scope.leaseBlock();
      this.#memory = block !== undefined && block.bytes.length >= size
        ? block
        : new Uint8Array(size);
    } else {
      const memory = this.#memory as Block | Uint8Array;
      check("bytes" in memory ? memory.bytes.subarray(0, size) : memory, this.#offset);
    }
    return this.#next();
  }

  #next(): Response {
    if (left-- <= 0) {
      if (this.#memory !== undefined && "release" in this.#memory) this.#memory.release();
      return done();
    }
    this.#offset = offsets.next().value;
    const memory = this.#memory as Block | Uint8Array;
    this.#file?.read(memory, { position: this.#offset, length: size });
    return ok();
  }
}

function run(count: number): void {
  left = count;
  using loop = Loop.create().instantiate(undefined);
  for (let i = 0; i < atOnce; i++) loop.addMachine((scope) => ok(new Reader(scope)));
  loop.run();
}

run(warmUpOf(reads));
const cpuBefore = process.cpuUsage();
const startMs = performance.now();
run(reads);
const ms = performance.now() - startMs;
const cpu = process.cpuUsage(cpuBefore);
tell({ metric: "time", unit: "µs/read", value: ms * 1e3 / reads });
tell({ metric: "CPU", unit: "µs/read", value: (cpu.user + cpu.system) / reads });

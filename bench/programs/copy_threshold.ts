/**
 * Where copying bytes into blocks begins to cost more than pinning them, for `PIN_BYTES_MIN`:
 *
 *     bun copy_threshold.ts REPEATS
 *
 * What is measured is all that a write costs in TypeScript, from `write` until the memory is free
 * again; the system call is left out. The bytes are other ones each time, out of 64 MiB, as a user
 * makes them: copying reads them from memory, and the kernel does later, where they are pinned.
 */
import process from "node:process";
import { Outgoing } from "../../src/handle/outgoing.ts";
import { LoopCore } from "../../src/loop/loop_core.ts";
import { loopSettings } from "../../src/loop/loop_options.ts";
import type { Memory } from "../../src/memory/memory.ts";
import { PinnedMemory } from "../../src/mod.ts";
import { tell } from "./reading.mjs";

const SIZES = Array.from({ length: 11 }, (_, i) => 1024 * 2 ** i);
const SOURCE_BYTES = 2 ** 26;

const repeats = Number(process.argv[2]);
const runtime = "Bun" in globalThis ? "bun" : "deno";
const core = new LoopCore(loopSettings({}));
const outgoing = new Outgoing(core.pool);
const source = new Uint8Array(SOURCE_BYTES).fill(1);
const releaser = { letGo: (memory: Memory): void => memory.unhold() };

function copy(bytes: Uint8Array): void {
  if (!outgoing.copy(bytes)) throw new Error("the pool is at its ceiling");
}

function pin(bytes: Uint8Array): void {
  const memory = new PinnedMemory(bytes);
  outgoing.add(memory);
  memory.release();
}

let place = 0;

/** Nanoseconds for one write. */
function measure(write: (bytes: Uint8Array) => void, byteLength: number): number {
  const start = performance.now();
  for (let i = 0; i < repeats; i++) {
    if (place + byteLength > SOURCE_BYTES) place = 0;
    write(source.subarray(place, place += byteLength));
    outgoing.clear(releaser);
  }
  return (performance.now() - start) * 1e6 / repeats;
}

for (const byteLength of SIZES) {
  for (const [name, write] of [["copy", copy], ["pin", pin]] as const) {
    measure(write, byteLength); // for the compiler
    const metric = `${byteLength / 1024} KiB`;
    const value = measure(write, byteLength);
    tell({ contender: `${name}-${runtime}`, metric, unit: "ns/write", value });
  }
}

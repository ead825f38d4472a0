/**
 * Where copying bytes into blocks begins to cost more than pinning them, for `PIN_BYTES_MIN`:
 *
 *     bun bench/copy_threshold.ts [--repeats 400] [--rounds 9] [--json FILE]
 *     deno run -A bench/copy_threshold.ts
 *
 * What is measured is all that a write costs in TypeScript, from `write` until the memory is free
 * again; the system call is left out. The bytes are other ones each time, out of 64 MiB, as a user
 * makes them: copying reads them from memory, and the kernel does later, where they are pinned.
 */
import { writeFileSync } from "node:fs";
import process from "node:process";
import { Outgoing } from "../src/handle/outgoing.ts";
import { LoopCore } from "../src/loop/loop_core.ts";
import { loopSettings } from "../src/loop/loop_options.ts";
import { PinnedMemory } from "../src/mod.ts";
import { columns } from "./columns.ts";
import { readOptions } from "./options.ts";
import { spreadOf } from "./spread.ts";

const SIZES = Array.from({ length: 11 }, (_, i) => 1024 * 2 ** i);
const SOURCE_BYTES = 2 ** 26;

const { numbers, jsonFile } = readOptions(process.argv.slice(2), {
  repeats: { preset: 400, min: 1, max: 1e6 },
  rounds: { preset: 9, min: 1, max: 1000 },
}, []);

const core = new LoopCore(loopSettings({}));
const outgoing = new Outgoing(core.pool);
const source = new Uint8Array(SOURCE_BYTES).fill(1);
const releaser = { letGo: (memory: { release(): void }): void => memory.release() };

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
  for (let i = 0; i < numbers.repeats; i++) {
    if (place + byteLength > SOURCE_BYTES) place = 0;
    write(source.subarray(place, place += byteLength));
    outgoing.clear(releaser);
  }
  return (performance.now() - start) * 1e6 / numbers.repeats;
}

const results = SIZES.map((byteLength) => {
  const copied: number[] = [];
  const pinned: number[] = [];
  measure(copy, byteLength); // for the compiler
  measure(pin, byteLength);
  for (let round = 0; round < numbers.rounds; round++) {
    copied.push(measure(copy, byteLength));
    pinned.push(measure(pin, byteLength));
  }
  return { byteLength, copyNs: spreadOf(copied), pinNs: spreadOf(pinned) };
});

const rows = results.map(({ byteLength, copyNs, pinNs }) => [
  String(byteLength),
  copyNs.median.toFixed(0),
  pinNs.median.toFixed(0),
  (copyNs.median / pinNs.median).toFixed(2),
]);
console.log(columns([["bytes", "copy ns", "pin ns", "copy / pin"], ...rows]));
if (jsonFile !== undefined) writeFileSync(jsonFile, JSON.stringify(results, undefined, 2));

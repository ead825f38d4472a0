/** Reads of a file that the kernel has in memory. */

import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { BenchContext } from "../result.ts";
import { programExperiment } from "./program_experiment.ts";

const OURS = "programs/file_reads_ours.ts";
const NODE_FS = "programs/file_reads.mjs";
const FILE_BYTES = 2 ** 24;
/** As in the programs: byte i of the file is i % PERIOD. */
const PERIOD = 251;

/** Writes the file, of more bytes than any processor's cache. */
function makeFile(): string {
  const file = fileURLToPath(new URL("../.build/file_reads.data", import.meta.url));
  writeFileSync(file, Uint8Array.from({ length: FILE_BYTES }, (_, i) => i % PERIOD));
  return file;
}

export const fileReads = programExperiment({
  name: "file-reads",
  title: "File reads: pieces of 4 KiB, 16 at once",
  about: "The file is in the kernel's cache, so this is the cost of the way to a pool of threads " +
    "and back. Each byte is checked. CPU is that of all threads.",
  yardstick: "file_reads",
  hasThreads: true,
  scripts: [
    { name: "ours-bun", runtime: "bun", file: OURS },
    { name: "ours-deno", runtime: "deno", file: OURS },
    { name: "bun-file", runtime: "bun", file: "programs/file_reads_bun.ts" },
    { name: "deno-file", runtime: "deno", file: "programs/file_reads_deno.ts" },
    { name: "bun-node-fs", runtime: "bun", file: NODE_FS },
    { name: "deno-node-fs", runtime: "deno", file: NODE_FS },
    { name: "node-fs", runtime: "node", file: NODE_FS },
  ],
  options: {
    size: { preset: 4096, min: 1, max: 2 ** 20, about: "bytes of a piece" },
    reads: { preset: 50_000, quick: 2_000, min: 1, max: 1e9, about: "of each program" },
    "at-once": { preset: 16, min: 1, max: 256, about: "reads in flight" },
  },
  arguments: ({ number }: BenchContext) => [
    makeFile(),
    number("size"),
    number("reads"),
    number("at-once"),
  ],
});

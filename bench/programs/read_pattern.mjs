// @ts-self-types="./read_pattern.d.mts"
/** Which pieces of a file are read, and whether they are right; see `bench/c/file_reads.c`. */

import { statSync } from "node:fs";
import process from "node:process";
import { tell } from "./reading.mjs";

const PERIOD = 251;

/** Offsets: the first piece, the third and so on, then those in between. */
export function* offsetsOf(fileBytes, size) {
  for (let offset = 0;;) {
    yield offset;
    offset += 2 * size;
    if (offset + size > fileBytes) offset = offset / size % 2 === 0 ? size : 0;
  }
}

/** Whether the bytes are those of the file at the offset. */
export function makeCheck(size) {
  const pattern = Buffer.from(Uint8Array.from({ length: size + PERIOD }, (_, i) => i % PERIOD));
  return (bytes, offset) => {
    const start = offset % PERIOD;
    if (pattern.compare(bytes, 0, bytes.length, start, start + size) !== 0) {
      throw new Error(`Wrong bytes at ${offset}`);
    }
  };
}

/** Reads before those that are measured: half as many, for the compiler of the runtime. */
export function warmUpOf(reads) {
  return Math.ceil(reads / 2);
}

/**
 * @param file that is read
 * @param numbers size of a piece, reads, and how many at once
 * @param makeReader called once for each of those at once; what it returns reads at an offset
 */
export async function measureReads(file, [size, reads, atOnce], makeReader) {
  const check = makeCheck(size);
  const offsets = offsetsOf(statSync(file).size, size);
  const readers = Array.from({ length: atOnce }, () => makeReader(size));
  const run = async (count) => {
    let left = count;
    await Promise.all(readers.map(async (read) => {
      while (left-- > 0) {
        const offset = offsets.next().value;
        check(await read(offset), offset);
      }
    }));
  };
  await run(warmUpOf(reads));
  const cpuBefore = process.cpuUsage();
  const startMs = performance.now();
  await run(reads);
  const ms = performance.now() - startMs;
  const cpu = process.cpuUsage(cpuBefore);
  tell({ metric: "time", unit: "µs/read", value: ms * 1e3 / reads });
  tell({ metric: "CPU", unit: "µs/read", value: (cpu.user + cpu.system) / reads });
  process.exit(0);
}

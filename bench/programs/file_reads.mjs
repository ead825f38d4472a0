/**
 * Reads of pieces of a file with `node:fs`, several at once, as `bench/c/file_reads.c` does it:
 * FILE SIZE READS ATONCE.
 */

import { open } from "node:fs";
import process from "node:process";
import { promisify } from "node:util";
import { read as readFile } from "node:fs";
import { measureReads } from "./read_pattern.mjs";

const [file, ...numbers] = process.argv.slice(2);
const descriptor = await promisify(open)(file, "r");

/** One reader, by callbacks: what costs least in node:fs. */
await measureReads(file, numbers.map(Number), (size) => {
  const bytes = new Uint8Array(size);
  return (offset) =>
    new Promise((resolve, reject) => {
      readFile(descriptor, bytes, 0, size, offset, (error, length) => {
        if (error) reject(error);
        else resolve(bytes.subarray(0, length));
      });
    });
});

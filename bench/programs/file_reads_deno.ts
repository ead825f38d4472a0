/**
 * Reads of pieces of a file with `Deno.FsFile`: FILE SIZE READS ATONCE. Deno reads where the file's
 * cursor is, so each reader has opened the file for itself.
 */

import { measureReads } from "./read_pattern.mjs";

const [file = "", ...numbers] = Deno.args;

await measureReads(file, numbers.map(Number), (size: number) => {
  const own = Deno.openSync(file);
  const bytes = new Uint8Array(size);
  return async (offset: number) => {
    await own.seek(offset, Deno.SeekMode.Start);
    return bytes.subarray(0, await own.read(bytes) ?? 0);
  };
});

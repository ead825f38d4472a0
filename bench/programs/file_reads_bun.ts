/** Reads of pieces of a file with `Bun.file`: FILE SIZE READS ATONCE. */

import process from "node:process";
import { measureReads } from "./read_pattern.mjs";

const [file = "", ...numbers] = process.argv.slice(2);
const whole = Bun.file(file);

await measureReads(
  file,
  numbers.map(Number),
  (size: number) => (offset: number) => whole.slice(offset, offset + size).bytes(),
);

/**
 * The fuzzer: random legal and illegal sequences over all public classes, in a child process. None
 * may crash it, hang it, leave anything behind, or throw what no caller can expect.
 *
 *     bun test/fuzz/main.ts [--seed S] [--sequences N] [--from I] [--only FAMILY,...]
 *                           [--trace] [--keep-going]
 *
 * The same under deno (`deno run -A`). A sequence depends on the seed and its number alone, as far
 * as the system's own timing lets it. Exit code 1 after a finding.
 */
import process from "node:process";
import { fuzzOptions } from "./command_line.ts";
import { Watchdog } from "./watchdog.ts";

const options = fuzzOptions();
const { seed, sequences } = options;
console.log(`fuzz: seed ${seed}, ${sequences} sequences from ${options.from}`);
const report = await new Watchdog(process.argv.slice(2)).run();
console.log(`fuzz: ${report}`);
if (!report.startsWith("passed")) {
  console.log(`again: test/fuzz/main.ts --seed ${seed} --from I --sequences 1 --trace`);
  process.exitCode = 1;
}

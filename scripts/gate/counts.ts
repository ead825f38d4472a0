/** How many tests had which end. */
export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/**
 * Reads the closing counts of a test runner.
 *
 * Returns `undefined` if there are none, or if no test ran: then the suite itself has failed.
 */
export function countTests(runner: "bun" | "deno", output: string): TestCounts | undefined {
  const counts = runner === "bun" ? countBunTests(output) : countDenoTests(output);
  return counts && counts.passed + counts.failed > 0 ? counts : undefined;
}

/** ` 12 pass`, ` 1 skip`, ` 0 fail`: a line each, then `Ran 13 tests across 2 files.` */
function countBunTests(output: string): TestCounts | undefined {
  if (!/^Ran \d+ tests? across /m.test(output)) return undefined;
  const count = (word: string) =>
    Number(output.match(new RegExp(`^ *(\\d+) ${word}$`, "m"))?.[1] ?? 0);
  return {
    passed: count("pass"),
    failed: count("fail"),
    skipped: count("skip") + count("todo"),
  };
}

/** `ok | 12 passed (3 steps) | 0 failed | 2 ignored (35ms)`, or the same with `FAILED`. */
function countDenoTests(output: string): TestCounts | undefined {
  const line = output.match(/^(?:ok|FAILED) \| \d+ passed.*$/m)?.[0];
  if (line === undefined) return undefined;
  const count = (word: string) => Number(line.match(new RegExp(`(\\d+) ${word}`))?.[1] ?? 0);
  return { passed: count("passed"), failed: count("failed"), skipped: count("ignored") };
}

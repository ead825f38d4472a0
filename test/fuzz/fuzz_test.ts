import assert from "node:assert/strict";
import process from "node:process";
import { test } from "../harness.ts";
import { Watchdog } from "./watchdog.ts";

/** The fallback callbacks take the same ways through all but the callbacks themselves. */
const SEQUENCES = process.env["ROTOR_UV_CALLBACKS"] === "runtime" ? 200 : 600;
const FIXED_SEED = 1;

/** Another one each day, the same all day long. */
function seedOfToday(): number {
  return Number(new Date().toISOString().slice(0, 10).replaceAll("-", ""));
}

for (
  const [name, seed] of [["a fixed seed", FIXED_SEED], ["today's seed", seedOfToday()]] as const
) {
  test(`random calls of all public classes, from ${name}, never crash, hang or leak`, async () => {
    const args = ["--seed", String(seed), "--sequences", String(SEQUENCES)];
    const report = await new Watchdog(args).run();
    assert.ok(report.startsWith("passed"), `seed ${seed}: ${report}`);
    console.log(`fuzz: seed ${seed}: ${report}`);
  });
}

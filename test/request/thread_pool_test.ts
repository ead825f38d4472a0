import assert from "node:assert/strict";
import process from "node:process";
import { runFixture } from "../ffi/child.ts";
import { test } from "../harness.ts";

/** Another user, who may read our files: the limit does not hold for root. */
const nobody = [
  ...["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"],
  ...["--inh-caps", "+dac_override", "--ambient-caps", "+dac_override"],
];
const under = process.getuid?.() === 0 ? nobody : [];

test("where no thread can be made a request fails with EAGAIN, and the process lives", () => {
  if (process.platform !== "linux") return;
  const run = (how: string) => runFixture("thread_pool_child.ts", { args: [how], under });
  assert.deepEqual(run("free"), ["resolved"]);
  assert.deepEqual(run("limited"), [
    "Cannot start libuv's thread pool: EAGAIN, resource temporarily unavailable",
  ]);
});

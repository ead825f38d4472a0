import assert from "node:assert/strict";
import { runFixture } from "../ffi/child.ts";
import { test } from "../harness.ts";

test("F11: under a storm of signals all is written, and all is read", () => {
  const printed = runFixture("fs_signals.ts");
  assert.deepEqual(printed, ["4000000 written, 4000000 read"]);
});

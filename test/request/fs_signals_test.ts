import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { createInterface } from "node:readline";
import { setImmediate } from "node:timers";
import { runFixture } from "../ffi/child.ts";
import { inFolder } from "../fixtures/fs_folder.ts";
import { scriptCommand } from "../fixtures/process_script.ts";
import { test } from "../harness.ts";

test("F11: under a storm of signals all is written, and all is read", () => {
  const printed = runFixture("fs_signals.ts");
  assert.deepEqual(printed, ["4000000 written, 4000000 read"]);
});

test("S6: reads at once of a pipe go on under a storm of signals", async () => {
  await inFolder(async ({ at }) => {
    const pipe = at("pipe");
    execFileSync("mkfifo", [pipe]);
    const { file, args } = scriptCommand("fs_signals_at_once.ts", pipe);
    const child = spawn(file, args, { stdio: ["ignore", "pipe", "inherit"] });
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    assert.equal((await lines.next()).value, "ready");
    const writer = createWriteStream(pipe);
    for (let i = 0; i < 50; i++) {
      for (let j = 0; j < 20; j++) child.kill("SIGUSR1");
      writer.write("x".repeat(100));
      await new Promise((resolve) => setImmediate(resolve));
    }
    writer.end();
    assert.equal((await lines.next()).value, "5000 bytes");
    if (child.exitCode === null && child.signalCode === null) await once(child, "close");
  });
});

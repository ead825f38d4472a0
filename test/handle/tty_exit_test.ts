import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readlinkSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { attributes, withPty } from "../fixtures/terminals.ts";
import { test } from "../harness.ts";

const script = fileURLToPath(new URL("../fixtures/tty_child.ts", import.meta.url));
const run = "Deno" in globalThis ? ["run", "-A", "--quiet", "--no-check"] : [];

/** Each way for a process to end, and what is told of it. */
const ends: Readonly<Record<string, { status?: number; signal?: string }>> = {
  "exit": { status: 3 },
  "throw": { status: 1 },
  "reject": { status: 1 },
  "end": { status: 0 },
  "stop": { status: 0 },
  "handled SIGTERM": { status: 3 },
  "heard SIGTERM": { status: 3 },
  "kill SIGTERM": { signal: "SIGTERM" },
  "kill SIGINT": { signal: "SIGINT" },
  "kill SIGHUP": { signal: "SIGHUP" },
  "kill SIGQUIT": { signal: "SIGQUIT" },
  "late SIGTERM": { signal: "SIGTERM" },
};

/** Ends of which only native code hears: Deno tells nobody of an error that is not caught. */
const unheard = "Deno" in globalThis ? /^(kill|late|throw|reject)/ : /^(kill|late)/;
const hasCode = process.env["ROTOR_UV_CALLBACKS"] !== "runtime";

for (const [how, { status = null, signal = null }] of Object.entries(ends)) {
  if (!hasCode && unheard.test(how)) continue;
  test(`Y4: a terminal in raw mode is restored when its process ends: ${how}`, () => {
    withPty(({ slave }) => {
      const before = attributes(slave);
      // Deno hands no descriptor of ours to a child, so the shell opens the terminal by its name.
      const terminal = readlinkSync(`/proc/self/fd/${slave}`);
      const command = [process.execPath, ...run, script, ...how.split(" ")];
      const child = spawnSync("sh", ["-c", 'exec "$@" <"$0"', terminal, ...command], {
        encoding: "utf8",
        timeout: 60_000,
      });
      assert.equal(child.stdout, "raw\n", child.stderr);
      assert.deepEqual({ status: child.status, signal: child.signal }, { status, signal });
      assert.deepEqual(attributes(slave), before);
    });
  });
}

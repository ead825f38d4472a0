import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { test } from "../harness.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const programs = fileURLToPath(new URL("../fixtures/package/", import.meta.url));

/** A command's output; it must succeed. */
function run(cwd: string, command: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: "utf8" });
  assert.equal(status, 0, `${command} ${args.join(" ")}: ${stdout}${stderr}`);
  return stdout;
}

const hasNpm = spawnSync("npm", ["--version"]).status === 0;

test("the package, packed and installed from npm, starts loop threads", () => {
  if (!hasNpm) return;
  const folder = mkdtempSync(join(tmpdir(), "rotor-uv-package-"));
  try {
    run(root, "npm", "pack", "--silent", "--pack-destination", folder);
    const [tarball] = readdirSync(folder);
    assert.match(String(tarball), /^rotor-uv-.*\.tgz$/);
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    run(folder, "npm", "install", "--offline", "--no-audit", "--no-fund", `./${tarball}`);
    // A package of somebody else's that starts a thread of its own.
    const other = join(folder, "node_modules/counts-primes");
    mkdirSync(other);
    cpSync(join(programs, "counts_primes"), other, { recursive: true });
    cpSync(join(programs, "main.js"), join(folder, "main.js"));
    const flags = "Deno" in globalThis ? ["run", "--quiet", "-A"] : [];
    const printed = run(folder, process.execPath, ...flags, "main.js");
    assert.equal(printed, "168 primes below 1000\n2 + 3 = 5, pumped: 7\n");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { openLibrary } from "../../ffi/mod.ts";
import { inFolder } from "../fixtures/fs_folder.ts";
import { testChild } from "./child.ts";
import { runRaw, runtimeCommand } from "./raw_child.ts";

const docs = new URL("../../docs/raw.md", import.meta.url);
const entry = new URL("../../ffi/mod.ts", import.meta.url);
const TIMEOUT_MS = 60_000;

testChild("the example in docs/raw.md runs as it stands", () => {
  const example = /```ts\n([^]*?)```/.exec(readFileSync(docs, "utf8"))?.[1] ?? assert.fail();
  inFolder(({ at }) => {
    writeFileSync(at("example.ts"), example.replace("rotor-uv/ffi", entry.href));
    const [program = "", ...args] = runtimeCommand(at("example.ts"));
    const options = { encoding: "utf8", timeout: TIMEOUT_MS } as const;
    const { status, stdout, stderr } = spawnSync(program, args, options);
    assert.equal(status, 0, stderr);
    assert.equal(stdout, "tick 1\ntick 2\ntick 3\nclosed\n/ is a folder\n");
  });
});

/** A later libuv forgives what the others do not. */
const notForgiven = openLibrary().version.minor > 44 ? [] : ["send_after_loop_close"];

for (const name of ["close_twice", "write_nothing", ...notForgiven]) {
  testChild(`docs/raw.md tells the truth: ${name} ends the process`, () => {
    const { end, stdout } = runRaw(name);
    assert.notEqual(end, "0");
    assert.equal(stdout, "about to\n");
  });
}

testChild("an error that nobody takes becomes an uncaught error of the runtime", () => {
  const { end, stdout, stderr } = runRaw("uncaught");
  assert.equal(end, "1");
  assert.equal(stdout, "uv_run returned\n");
  assert.match(stderr, /of the test/);
});

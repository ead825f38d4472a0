import assert from "node:assert/strict";
import process from "node:process";
import { struct, uv_errno_t, uv_process_flags } from "../../ffi/mod.ts";
import { rawCases, runtimeCommand } from "./raw_child.ts";
import { RawChild } from "./raw_child_process.ts";
import type { RawProgram } from "./raw_program.ts";
import { connect, fdOf, listen, readStart } from "./raw_stream.ts";
import { testRaw, testRawChild } from "./raw_test_program.ts";

const { UV_ENOENT, UV_EPERM } = uv_errno_t;

/** Runs a shell command in a child; `set` changes its options. Returns what it printed. */
function shell(
  p: RawProgram,
  command: readonly string[],
  set: (child: RawChild) => void = () => {},
): string {
  const child = new RawChild(p, command);
  const reading = readStartLater(p, child);
  set(child);
  child.spawn();
  const { text } = reading();
  assert.deepEqual(child.exits, [[0, 0]]);
  return text.trim();
}

/** Reads the child's output to its end, once it runs. */
function readStartLater(p: RawProgram, child: RawChild): () => { text: string } {
  const pipe = child.pipe(1);
  return () => {
    const reading = readStart(p, pipe);
    p.runUntil(() => reading.errors.length > 0 && child.exits.length > 0);
    p.close(pipe);
    return reading;
  };
}

testRaw("X9 an empty environment, an inherited one, and the child's own PATH", (p) => {
  const printed = shell(p, ["/usr/bin/env"], ({ options }) => {
    options.env = p.memory.textArray([]).pointer;
  });
  assert.equal(printed, "");
  assert.match(shell(p, ["/usr/bin/env"]), /^PATH=/m);
  const found = shell(p, ["printenv", "PATH"], ({ options }) => {
    options.env = p.memory.textArray(["PATH=/usr/bin"]).pointer;
  });
  assert.equal(found, "/usr/bin");
  const lost = new RawChild(p, ["printenv"]);
  lost.options.env = p.memory.textArray(["PATH=/nowhere"]).pointer;
  assert.equal(lost.trySpawn(), UV_ENOENT, "it is looked for in the child's PATH");
  p.close(lost.process.pointer);
});

testRaw("X9 a relative path is looked for in the child's folder", (p) => {
  const printed = shell(p, ["./bin/pwd"], ({ options }) => {
    options.cwd = p.memory.text("/usr").pointer;
  });
  assert.equal(printed, "/usr");
});

testRaw("X10 setuid and setgid work as root, others get EPERM", (p) => {
  const NOBODY = 65534;
  const { UV_PROCESS_SETUID, UV_PROCESS_SETGID } = uv_process_flags;
  const child = new RawChild(p, ["/usr/bin/id", "-u"]);
  child.options.flags = UV_PROCESS_SETUID | UV_PROCESS_SETGID;
  child.options.uid = NOBODY;
  child.options.gid = NOBODY;
  if (process.getuid?.() !== 0) {
    assert.equal(child.trySpawn(), UV_EPERM);
    p.close(child.process.pointer);
    return;
  }
  const reading = readStartLater(p, child);
  child.spawn();
  assert.equal(reading().text.trim(), `${NOBODY}`);
});

testRaw("X10 inherited pipes are readable and writable as their flags say", (p) => {
  const child = new RawChild(p, ["/bin/cat"]);
  const stdin = child.pipe(0);
  child.spawn();
  assert.equal(p.uv.uv_is_readable(stdin), 1);
  assert.equal(p.uv.uv_is_writable(stdin), 1);
  assert.ok(struct("uv_process_t", child.process).pid > 1);
  assert.equal(
    p.uv.uv_process_get_pid(child.process.pointer),
    struct("uv_process_t", child.process).pid,
  );
  p.close(stdin);
  p.runUntil(() => child.exits.length > 0);
  assert.deepEqual(child.exits, [[0, 0]]);
});

testRawChild("X11 a listening socket that the child inherits accepts a connection there", (p) => {
  const listener = listen(p, p.noting("uv_connection_cb", "ours"));
  const child = new RawChild(p, runtimeCommand(rawCases, "accept_inherited"));
  child.inherit(2, 2);
  child.inherit(3, fdOf(p, listener));
  child.spawn();
  const client = connect(p, listener, p.noting("uv_connect_cb", "connected"));
  p.close(listener); // or we might accept it ourselves
  p.runUntil(() => p.events.includes("connected"));
  const reading = readStart(p, client);
  p.runUntil(() => reading.errors.length > 0 && child.exits.length > 0);
  assert.equal(reading.text, "from the child");
  assert.deepEqual(child.exits, [[0, 0]]);
});

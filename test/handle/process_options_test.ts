import assert from "node:assert/strict";
import { chmodSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { inspect } from "node:util";
import { done, type Handle, type ProcessOptions } from "../../src/mod.ts";
import { inFolder } from "../fixtures/fs_folder.ts";
import { TextReader } from "../fixtures/handle_bytes.ts";
import {
  once,
  play,
  run,
  throwsClosed,
  throwsState,
  throwsUv,
} from "../fixtures/handle_machine.ts";
import { LoopTest, testLoop } from "../harness.ts";

/** Runs a child. Returns what it has printed. */
function output(t: LoopTest, options: ProcessOptions): string {
  const text = new TextReader();
  play(t, (scope) => {
    const child = scope.process({ ...options, stdio: ["ignore", { pipe: "fromChild" }] });
    child.stdio[1]?.readStart();
    let missing = 2;
    return {
      read: ({ bytes }) => void text.take(bytes),
      end: () => --missing === 0 ? done() : undefined,
      exit({ exitStatus }) {
        assert.equal(exitStatus, 0);
        return --missing === 0 ? done() : undefined;
      },
    };
  });
  run(t);
  return text.text;
}

testLoop("arguments arrive as they are: empty, with spaces, in any script", (t) => {
  const args = ["", "two words", "'quoted\" $HOME", "Grüße 你好 🎉", "a\nb"];
  const text = output(t, { file: "printf", args: ["%s|", ...args] });
  assert.equal(text, args.map((arg) => `${arg}|`).join(""));
});

testLoop("argv0 is what the program is told as its name", (t) => {
  const args = ["-c", "echo $0"];
  assert.equal(output(t, { file: "sh", args }), "sh\n");
  assert.equal(output(t, { file: "sh", args, argv0: "other name" }), "other name\n");
});

testLoop("X9: the environment is inherited, exactly what is given, or empty", (t) => {
  const inherited = output(t, { file: "env" });
  assert.match(inherited, /^PATH=/m);
  assert.equal(output(t, { file: "/usr/bin/env", env: {} }), "");
  const env = { NAME: "a value = another", EMPTY: "" };
  assert.equal(output(t, { file: "/usr/bin/env", env }), "NAME=a value = another\nEMPTY=\n");
});

testLoop("X9: the PATH of the child's environment says where a program is looked for", (t) => {
  inFolder(({ path: folder }) => {
    writeFileSync(join(folder, "rotor-uv-program"), "#!/bin/sh\necho found\n");
    chmodSync(join(folder, "rotor-uv-program"), 0o755);
    const file = "rotor-uv-program";
    assert.equal(output(t, { file, env: { PATH: folder } }), "found\n");
    once(t, (scope) => {
      throwsUv(() => scope.process({ file }), "ENOENT");
      throwsUv(() => scope.process({ file, env: { PATH: "/no/such/folder" } }), "ENOENT");
    });
    assert.equal(output(t, { file: `./${file}`, cwd: folder }), "found\n", "a relative path");
  });
});

testLoop("a child starts in the folder that cwd says, else in ours", (t) => {
  const folder = realpathSync(tmpdir());
  assert.equal(output(t, { file: "pwd", cwd: folder }), `${folder}\n`);
  assert.equal(output(t, { file: "pwd" }), `${realpathSync(process.cwd())}\n`);
});

testLoop("X10: root becomes any user and group, others may not: EPERM", (t) => {
  if (process.getuid?.() === 0) {
    const options = { file: "id", uid: 65534, gid: 65534, cwd: "/" };
    assert.match(output(t, options), /^uid=65534\S* gid=65534/);
    assert.match(output(t, { file: "id", gid: 65533 }), /^uid=0\S* gid=65533/);
    return;
  }
  once(t, (scope) => {
    throwsUv(() => scope.process({ file: "true", uid: 0 }), "EPERM");
    throwsUv(() => scope.process({ file: "true", gid: 0 }), "EPERM");
  });
});

testLoop("Windows' options change nothing elsewhere", (t) => {
  const options = { windowsHide: true, windowsVerbatimArguments: true };
  assert.equal(output(t, { file: "echo", args: ["here"], ...options }), "here\n");
});

testLoop("arguments longer than the system takes are E2BIG, and the loop goes on", (t) => {
  play(t, (scope) => {
    throwsUv(() => scope.process({ file: "true", args: ["x".repeat(2 ** 24)] }), "E2BIG");
    scope.process({ file: "true" });
    return { exit: () => done() };
  });
  run(t);
});

testLoop("what cannot be is refused before anything is made", (t) => {
  once(t, (scope) => {
    const refused = (error: new () => Error, options: unknown): void => {
      assert.throws(() => scope.process(options as ProcessOptions), error, inspect(options));
    };
    for (const options of [undefined, null, 1, "true", {}, { file: 1 }, { file: null }]) {
      refused(TypeError, options);
    }
    const file = "true";
    for (
      const wrong of [
        { args: "one" },
        { args: [1] },
        { args: [undefined] },
        { args: new Array(2) },
        { argv0: 1 },
        { env: "A=1" },
        { env: null },
        { env: { A: undefined } },
        { env: { A: 1 } },
        { cwd: 1 },
        { cwd: null },
        { uid: "0" },
        { gid: null },
        { detached: 1 },
        { windowsHide: "yes" },
        { windowsVerbatimArguments: null },
        { stdio: "pipe" },
        { stdio: { length: 1 } },
        { stdio: [null] },
        { stdio: [undefined] },
        { stdio: [{}] },
        { stdio: new Array(1) },
        { stdio: [{ pipe: 1 }] },
        { stdio: [{ pipe: "both", ipc: 1 }] },
        { stdio: [{ pipe: "both", overlapped: "no" }] },
        { stdio: [scope.timer()] },
        { stdio: [scope] },
      ]
    ) refused(TypeError, { file, ...wrong });
    for (
      const wrong of [
        { file: "" },
        { file: "a\0b" },
        { args: ["a\0b"] },
        { argv0: "\0" },
        { env: { "": "value" } },
        { env: { "A=B": "value" } },
        { env: { "A\0": "value" } },
        { env: { A: "\0" } },
        { cwd: "" },
        { cwd: "/\0" },
        { uid: -1 },
        { uid: 1.5 },
        { gid: 2 ** 32 },
        { uid: 2 ** 32 - 1 },
        { stdio: [-1] },
        { stdio: [0.5] },
        { stdio: [2 ** 31] },
        { stdio: ["pipe"] },
        { stdio: [{ pipe: "in" }] },
        { stdio: [{ pipe: "toString" }] },
        { stdio: [{ pipe: "toChild", ipc: true }] },
        { stdio: new Array(1025).fill("ignore") },
      ]
    ) refused(RangeError, { file, ...wrong });
  });
});

testLoop("streams that are closed, have no socket, or are another loop's are refused", (t) => {
  const other = new LoopTest();
  let foreign: Handle | undefined;
  play(other, (scope) => {
    const tcp = scope.tcp();
    tcp.bind("127.0.0.1", 0);
    foreign = tcp;
    scope.timer().start(0);
    return { timer: () => done() };
  });
  once(t, (scope) => {
    const start = (stream: unknown) => () =>
      scope.process({ file: "true", stdio: [stream as never] });
    throwsState(start(scope.tcp()));
    throwsState(start(scope.pipe()));
    assert.throws(start(foreign), TypeError);
    const closed = scope.tcp();
    closed.close();
    throwsClosed(start(closed));
  });
  other.loop.run();
  other.loop.close();
});

testLoop("kill() refuses what is no signal, and what it refuses changes nothing", (t) => {
  play(t, (scope) => {
    const child = scope.process({ file: "sleep", args: ["100"] });
    for (const wrong of [-1, 65, 1.5, NaN, "SIGNOTHING", "sigterm", "", "toString"]) {
      assert.throws(() => child.kill(wrong), RangeError, String(wrong));
    }
    for (const wrong of [null, {}, true, 1n]) {
      assert.throws(() => child.kill(wrong as never), TypeError);
    }
    child.kill("SIGINT");
    return {
      exit({ termSignal }) {
        assert.equal(termSignal, "SIGINT");
        return done();
      },
    };
  });
  run(t);
});

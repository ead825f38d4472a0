import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import os from "node:os";
import process from "node:process";
import { LibraryError, UvError } from "../../src/mod.ts";
import * as system from "../../src/system/mod.ts";
import { test } from "../harness.ts";

/** Whether this libuv is at least 1.minor: else it must say which it would take. */
function since<T>(body: () => T, check: (value: T) => void): void {
  let value: T;
  try {
    value = body();
  } catch (error) {
    if (!(error instanceof LibraryError)) throw error;
    assert.match(error.message, /needs libuv 1\.\d+/);
    return;
  }
  check(value);
}

test("M3: the machine and its system are those that node:os knows", () => {
  assert.equal(system.hostname(), os.hostname());
  assert.equal(system.systemName().system, os.type());
  assert.equal(system.systemName().release, os.release());
  assert.equal(system.systemName().machine, os.machine());
  assert.ok(Math.abs(system.uptimeSeconds() - os.uptime()) < 10);
  assert.equal(system.loadAverage().length, 3);
  for (const load of system.loadAverage()) assert.ok(load >= 0);
});

test("M3: processors have times, and there is at least one", () => {
  const processors = system.processors();
  assert.ok(processors.length >= 1);
  for (const { speedMhz, timesMs } of processors) {
    assert.ok(Number.isInteger(speedMhz) && speedMhz >= 0);
    assert.ok(timesMs.idle + timesMs.user > 0);
  }
  assert.ok(system.availableParallelism() >= 1);
  assert.ok(system.availableParallelism() <= processors.length);
});

test("M3: memory is what the system says, in bytes", () => {
  assert.ok(Math.abs(system.totalMemory() - os.totalmem()) < 2 ** 20);
  assert.ok(system.freeMemory() > 0 && system.freeMemory() <= system.totalMemory());
  assert.ok(system.constrainedMemory() >= 0);
  assert.ok(system.residentSetMemory() > 2 ** 20);
  since(system.availableMemory, (bytes) => assert.ok(bytes > 0));
});

test("M3: network interfaces have the addresses that node:os knows", () => {
  const found = system.networkInterfaces().map(({ name, address }) => `${name} ${address}`);
  const known = Object.entries(os.networkInterfaces())
    .flatMap(([name, list = []]) => list.map(({ address }) => `${name} ${address}`));
  assert.deepEqual(found.toSorted(), known.toSorted());
  const loopback = system.networkInterfaces().find(({ address }) => address === "127.0.0.1");
  assert.deepEqual(loopback, {
    name: loopback?.name,
    family: "IPv4",
    address: "127.0.0.1",
    netmask: "255.0.0.0",
    mac: "00:00:00:00:00:00",
    isInternal: true,
  });
});

test("an interface has a name by its number, and other numbers have none", () => {
  assert.match(system.interfaceName(1), /^[a-z]/);
  assert.throws(() => system.interfaceName(2 ** 31), { code: "ENXIO" });
  assert.throws(() => system.interfaceName(-1), RangeError);
});

test("M3: the process is the one that the runtime knows", () => {
  assert.equal(system.pid(), process.pid);
  assert.equal(system.parentPid(), process.ppid);
  assert.equal(system.workingDirectory(), process.cwd());
  assert.match(system.executablePath(), /^\//);
});

test("M3: the working directory changes and comes back", () => {
  const before = system.workingDirectory();
  system.changeDirectory("/");
  assert.equal(system.workingDirectory(), "/");
  system.changeDirectory(before);
  assert.equal(system.workingDirectory(), before);
  assert.throws(() => system.changeDirectory("/no such directory"), { code: "ENOENT" });
  assert.throws(() => system.changeDirectory("/\0tmp"), RangeError);
  assert.throws(() => system.changeDirectory(1 as never), TypeError);
});

test("M3: the title is what was set, up to its limit", () => {
  const before = system.title();
  for (const title of ["rotor", "ö".repeat(100), "x".repeat(255), ""]) {
    system.setTitle(title);
    assert.equal(system.title(), title);
  }
  assert.throws(() => system.setTitle("x".repeat(256)), RangeError);
  assert.throws(() => system.setTitle("a\0b"), RangeError);
  system.setTitle(before.slice(0, 100));
});

test("M3: variables of the environment are set, read and removed", () => {
  const name = "ROTOR_UV_TEST_VARIABLE";
  assert.equal(system.getVariable(name), undefined);
  for (const value of ["plain", "", "ünï", "x".repeat(100_000)]) {
    system.setVariable(name, value);
    assert.equal(system.getVariable(name), value);
    assert.equal(system.environment().get(name), value);
  }
  system.unsetVariable(name);
  assert.equal(system.getVariable(name), undefined);
  assert.equal(system.environment().get("PATH"), process.env["PATH"]);
  for (const bad of ["", "a=b", "a\0b"]) {
    assert.throws(() => system.getVariable(bad), RangeError);
    assert.throws(() => system.setVariable(bad, "x"), RangeError);
    assert.throws(() => system.unsetVariable(bad), RangeError);
  }
  assert.throws(() => system.setVariable(name, "a\0b"), RangeError);
});

test("M3: users and their directories are those of the password file", () => {
  const { name, uid, gid, shell, homeDirectory } = system.user();
  const line = `${name}:x:${uid}:${gid}:`;
  const [entry = ""] = readFileSync("/etc/passwd", "utf8").split("\n")
    .filter((entry) => entry.startsWith(line));
  assert.ok(entry.endsWith(`:${homeDirectory}:${shell ?? ""}`), `${line} ${entry}`);
  assert.equal(uid, process.getuid?.());
  assert.match(system.homeDirectory(), /^\//);
  assert.match(system.temporaryDirectory(), /^\//);
  since(() => system.user(0), (root) => assert.equal(root.uid, 0));
  since(() => system.group(0), ({ gid, members }) => {
    assert.equal(gid, 0);
    assert.ok(Array.isArray(members));
  });
  assert.throws(() => system.user(-1), RangeError);
});

test("M3: clocks do not go back, and agree on the time of day", () => {
  let before = system.hrtime();
  for (let i = 0; i < 1000; i++) {
    const now = system.hrtime();
    assert.ok(now >= before);
    before = now;
  }
  assert.ok(Math.abs(system.timeOfDayUs() / 1000 - Date.now()) < 60_000);
  since(() => system.clockTime("realtime"), (ns) => {
    assert.ok(Math.abs(Number(ns / 1_000_000n) - Date.now()) < 60_000);
  });
  assert.throws(() => system.clockTime("other" as never), RangeError);
});

test("what a process has used only grows", () => {
  const first = system.resourceUsage();
  const second = system.resourceUsage();
  assert.ok(second.userUs + second.systemUs >= first.userUs + first.systemUs);
  assert.ok(first.residentKibMax > 1024);
  since(system.threadUsage, ({ userUs }) => assert.ok(userUs >= 0));
});

test("M3: a thread knows its processor and its affinity, which can be set", () => {
  since(system.threadAffinity, (all) => {
    assert.ok(all.includes(system.threadProcessor()));
    const [first] = all as [number];
    system.setThreadAffinity([first]);
    assert.deepEqual(system.threadAffinity(), [first]);
    system.setThreadAffinity(all);
    assert.deepEqual(system.threadAffinity(), all);
  });
  assert.throws(() => system.setThreadAffinity([]), RangeError);
  assert.throws(() => system.setThreadAffinity([-1]), RangeError);
  assert.throws(() => system.setThreadAffinity([2 ** 20]), RangeError);
  assert.throws(() => system.setThreadAffinity(1 as never), TypeError);
});

test("M3: a thread has a name and a priority", () => {
  since(system.threadName, (before) => {
    system.setThreadName("rotor");
    assert.equal(system.threadName(), "rotor");
    system.setThreadName(before);
  });
  since(system.threadPriority, (value) => {
    assert.ok(Number.isInteger(value));
    if (value !== 0) return; // under `nice`; only root could set it back
    system.setThreadPriority(0);
    assert.equal(system.threadPriority(), 0);
  });
  assert.throws(() => system.setThreadName("x".repeat(16)), RangeError);
  assert.throws(() => system.setThreadPriority(3), RangeError);
});

test("a priority is read, set to what it is, and refused beyond its limits", () => {
  const own = system.priority();
  assert.equal(own, os.getPriority());
  system.setPriority(own);
  assert.equal(system.priority(process.pid), own);
  assert.throws(() => system.setPriority(20), RangeError);
  assert.throws(() => system.setPriority(-21), RangeError);
  assert.throws(() => system.priority(2 ** 31 - 1), { code: "ESRCH" });
});

test("kill() looks whether a process lives, and refuses what is no process or signal", () => {
  system.kill(process.pid, 0);
  assert.throws(() => system.kill(2 ** 31 - 1, 0), (error) => {
    assert.ok(error instanceof UvError);
    assert.equal(error.code, "ESRCH");
    return true;
  });
  assert.throws(() => system.kill(0), RangeError); // the whole group
  assert.throws(() => system.kill(-1), RangeError); // everybody
  assert.throws(() => system.kill(process.pid, "SIGNONE"), RangeError);
  assert.throws(() => system.kill(process.pid, 65), RangeError);
});

test("random bytes are as many as asked for", () => {
  for (const byteLength of [0, 1, 5000]) {
    assert.equal(system.randomBytes(byteLength).length, byteLength);
  }
  assert.notDeepEqual(system.randomBytes(16), system.randomBytes(16));
  assert.throws(() => system.randomBytes(-1), RangeError);
  assert.throws(() => system.randomBytes(2 ** 31), RangeError);
});

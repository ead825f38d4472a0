/** What libuv, or C, would cut off without a word: `uv_pipe_bind` of 299 characters, a NUL. */
import { readdirSync } from "node:fs";
import { NativeFunction, type Scope, system } from "../../../src/mod.ts";
import { inFolder } from "../../fixtures/fs_folder.ts";
import { act, type Acts, actsOn, live, refusal } from "../act.ts";

/** Binds and connects pipes to names in a folder, where nothing may be afterwards. */
const names: Readonly<Record<string, (folder: string) => string>> = {
  "299 characters": (folder) => `${folder}/`.padEnd(299, "a"),
  "108 characters": (folder) => `${folder}/`.padEnd(108, "a"),
  "letters of two bytes": (folder) => `${folder}/`.padEnd(107, "ä"),
  "a NUL in the middle": (folder) => `${folder}/a\0b`,
  "a NUL at the end": (folder) => `${folder}/a\0`,
  "an abstract name": () => "\0".padEnd(109, "a"),
  "no name": () => "",
};

/** What IPv4 addresses are in IPv6, in full. */
const MAPPED = "0000:0000:0000:0000:0000:ffff:";

type Call = (scope: Scope) => unknown;

/** What does not fit into the number of C that it becomes. */
const numbers: Readonly<Record<string, Call>> = {
  "a port of 17 bits": (scope) => scope.tcp().bind("127.0.0.1", 65536 + 80),
  "a port to connect to": (scope) => scope.tcp().connect("127.0.0.1", 65536 + 80),
  "a port of a datagram": (scope) => scope.udp().send("x", "127.0.0.1", 65536 + 80),
  "a port to look up": (scope) => scope.nameinfo("127.0.0.1", 65536 + 80),
  "a backlog of 33 bits": (scope) => scope.tcp().listen(2 ** 32 + 1),
  "a fraction of a backlog": (scope) => scope.tcp().listen(1.5),
  "a descriptor of 33 bits": (scope) => scope.pipe().open(2 ** 32),
  "a descriptor to watch": (scope) => scope.poll(2 ** 32),
  "a terminal of 33 bits": (scope) => scope.tty(2 ** 32),
  "a time beyond 2^53": (scope) => scope.timer().start(2 ** 60),
  "a time that is negative": (scope) => scope.timer().start(-1),
  "an interval of 33 bits": (scope) => scope.fsPoll().start("/", 2 ** 32 + 1),
  "a delay of 33 bits": (scope) => scope.tcp().keepalive(true, 2 ** 32 + 1),
  "hops of 9 bits": (scope) => scope.udp().ttl(256 + 1),
  "hops to a group": (scope) => scope.udp().multicastTtl(256 + 1),
  "a signal of 33 bits": (scope) => scope.signal().start(2 ** 32 + 10),
  "random bytes of 33 bits": (scope) => scope.random(2 ** 32 + 1),
  "a user of 33 bits": (scope) => scope.process({ file: "true", uid: 2 ** 32 }),
  "a group of 33 bits": (scope) => scope.process({ file: "true", gid: 2 ** 32 }),
  "a mode of 17 bits": (scope) => scope.fs.mkdir("/nowhere/a", 0o1000000),
  "an argument of 65 bits": (scope) => scope.work(NativeFunction.ofLibuv("uv_hrtime"), 2n ** 64n),
  "a priority of 33 bits": () => system.setPriority(2 ** 32),
  "a process of 33 bits": () => system.kill(2 ** 32, 0),
};

/** What ends at a NUL, or at the size of a field, in C. */
const texts: Readonly<Record<string, Call>> = {
  "a host of 256 characters": (scope) => scope.resolve("a".repeat(256)),
  "a host with a NUL": (scope) => scope.resolve("localhost\0.example"),
  "an address with a NUL": (scope) => scope.tcp().bind("127.0.0.1\0", 0),
  "an address that is too long": (scope) => scope.tcp().bind("127.0.0.1".padStart(200, "0"), 0),
  // 39 characters of what stands before the % are 127.0.0.1.
  "an address with a zone": (scope) => scope.tcp().bind(`${MAPPED}127.0.0.100%lo`, 0),
  "an address of a datagram": (scope) => scope.udp().send("x", `${MAPPED}127.0.0.100%lo`, 9),
  "an address with a zone, to look up": (scope) => scope.nameinfo(`${MAPPED}127.0.0.100%lo`, 9),
  "an address to look up": (scope) => scope.nameinfo("127.0.0.1\0", 80),
  "a group with a NUL": (scope) => scope.udp().joinGroup("239.255.0.1\0"),
  "a program with a NUL": (scope) => scope.process({ file: "true\0" }),
  "an argument with a NUL": (scope) => scope.process({ file: "true", args: ["a\0b"] }),
  "a variable with a NUL": (scope) => scope.process({ file: "true", env: { A: "a\0b" } }),
  "a folder with a NUL": (scope) => scope.process({ file: "true", cwd: "/\0" }),
  "a path with a NUL": (scope) => scope.fs.stat("/\0a"),
  "a watched path with a NUL": (scope) => scope.fsEvent().start("/\0a"),
  "a polled path with a NUL": (scope) => scope.fsPoll().start("/\0a", 1000),
  "a title with a NUL": () => system.setTitle("a\0b"),
  "a title of 256 bytes": () => system.setTitle("a".repeat(256)),
  "a thread's name of 17 bytes": () => system.setThreadName("a".repeat(17)),
  "a variable's name with an =": () => system.setVariable("A=B", "c"),
  "a variable's value with a NUL": () => system.setVariable("A", "b\0c"),
  "a folder to change to": () => system.changeDirectory("/\0a"),
};

/** A call that is refused before anything native runs. */
function refused(call: Call) {
  return act(
    ["RangeError"],
    (t) => live(t, (scope) => void t.events.push(refusal(() => call(scope)))),
  );
}

export const acts: Acts = {
  ...actsOn(
    names,
    (name) =>
      act(["RangeError", "RangeError", "0 files"], (t) =>
        inFolder(({ path }) => {
          live(t, (scope) => {
            t.events.push(refusal(() => scope.pipe().bind(name(path))));
            t.events.push(refusal(() => scope.pipe().connect(name(path))));
          });
          t.events.push(`${readdirSync(path).length} files`);
        })),
  ),
  ...actsOn(numbers, refused),
  ...actsOn(texts, refused),

  "a name of 107 bytes": act(["allowed", "107"], (t) =>
    inFolder(({ path }) =>
      live(t, (scope) => {
        const pipe = scope.pipe();
        t.events.push(refusal(() => pipe.bind(`${path}/`.padEnd(107, "a"))));
        t.events.push(`${pipe.localName().length}`);
      })
    )),
};

import assert from "node:assert/strict";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { done, type Pipe, type ProcessOptions, type ProcessStdio } from "../../src/mod.ts";
import { inFolder } from "../fixtures/fs_folder.ts";
import { pattern, PatternReader, TextReader } from "../fixtures/handle_bytes.ts";
import { play, run, throwsUv } from "../fixtures/handle_machine.ts";
import { expectTextToEnd, localListener } from "../fixtures/handle_transport.ts";
import { closeFd, socketPair } from "../fixtures/handle_system.ts";
import { scriptCommand } from "../fixtures/process_script.ts";
import { isNonBlocking } from "../fixtures/terminals.ts";
import { type LoopTest, testLoop } from "../harness.ts";

const toChild = { pipe: "toChild" } as const;
const fromChild = { pipe: "fromChild" } as const;

/** Runs a command of the shell with these descriptors until it has ended. */
function shell(t: LoopTest, script: string, stdio: readonly ProcessStdio[]): void {
  play(t, (scope) => {
    scope.process({ file: "sh", args: ["-c", script], stdio });
    return {
      exit({ exitStatus }) {
        assert.equal(exitStatus, 0);
        return done();
      },
    };
  });
  run(t);
}

testLoop(
  "X3: what a child writes arrives, then the end; its exit may come before or after",
  (t) => {
    play(t, (scope) => {
      const child = scope.process({
        file: "sh",
        args: ["-c", "printf hello; printf world >&2"],
        stdio: ["ignore", fromChild, fromChild],
      });
      const texts = [new TextReader(), new TextReader(), new TextReader()];
      const pipes = child.stdio as Pipe[];
      assert.deepEqual(pipes.map((pipe) => pipe?.isReadable), [undefined, true, true]);
      assert.deepEqual(pipes.map((pipe) => pipe?.isWritable), [undefined, false, false]);
      for (const pipe of pipes) pipe?.readStart();
      let missing = 3;
      return {
        read: ({ handle, bytes }) => void texts[pipes.indexOf(handle as Pipe)]?.take(bytes),
        end: () => --missing === 0 ? done() : undefined,
        exit: () => --missing === 0 ? done() : undefined,
        dispose: () => assert.deepEqual(texts.map(({ text }) => text), ["", "hello", "world"]),
      };
    });
    run(t);
  },
);

testLoop("X3: a child sends back what it reads, to the byte, beyond any buffer", (t) => {
  const byteLength = 1_000_000;
  const reader = new PatternReader();
  play(t, (scope) => {
    const child = scope.process({ file: "cat", stdio: [toChild, fromChild] });
    const [input, output] = child.stdio as [Pipe, Pipe];
    assert.deepEqual([input.isReadable, input.isWritable], [false, true]);
    input.write(pattern(byteLength));
    input.shutdown();
    output.readStart();
    let missing = 2;
    return {
      read: ({ bytes }) => reader.take(bytes),
      flushed: () => {},
      shutdown: () => {},
      end: () => --missing === 0 ? done() : undefined,
      exit: () => --missing === 0 ? done() : undefined,
    };
  });
  run(t);
  assert.equal(reader.byteLength, byteLength);
});

testLoop("X3: a fourth and a fifth descriptor work as the first three, both ways too", (t) => {
  play(t, (scope) => {
    const child = scope.process({
      file: "sh",
      args: ["-c", "read line <&4; echo got $line >&4; echo third >&3"],
      stdio: ["ignore", "ignore", "ignore", fromChild, { pipe: "both", overlapped: true }],
    });
    const pipes = child.stdio as Pipe[];
    const texts = pipes.map(() => new TextReader());
    for (const pipe of pipes) pipe?.readStart();
    pipes[4]?.write("a line\n");
    let missing = 3;
    return {
      read: ({ handle, bytes }) => void texts[pipes.indexOf(handle as Pipe)]?.take(bytes),
      end: () => --missing === 0 ? done() : undefined,
      exit: () => --missing === 0 ? done() : undefined,
      dispose: () =>
        assert.deepEqual(texts.map(({ text }) => text), ["", "", "", "third\n", "got a line\n"]),
    };
  });
  run(t);
});

testLoop("X4: standard output and error go to one file, to two, and swapped", (t) => {
  inFolder(({ path: folder }) => {
    const [one, two] = [openSync(join(folder, "one"), "a"), openSync(join(folder, "two"), "a")];
    const script = "echo out; echo err >&2";
    shell(t, script, ["ignore", one, one]);
    assert.equal(readFileSync(join(folder, "one"), "utf8"), "out\nerr\n");
    shell(t, script, ["ignore", one, two]);
    shell(t, script, ["ignore", two, one]);
    assert.equal(readFileSync(join(folder, "one"), "utf8"), "out\nerr\nout\nerr\n");
    assert.equal(readFileSync(join(folder, "two"), "utf8"), "err\nout\n");
    closeSync(one); // they stay the caller's
    closeSync(two);
  });
});

testLoop("descriptors that lie on each other's place are not mixed up", (t) => {
  inFolder(({ path: folder }) => {
    // The lowest free ones lie among the first few, so that the child's 3 to 9 overlap with them.
    const fds = Array.from({ length: 7 }, (_, i) => openSync(join(folder, String(i)), "a"));
    const script = [3, 4, 5, 6, 7, 8, 9].map((fd) => `echo ${fd} >&${fd}`).join("; ");
    shell(t, script, ["ignore", "ignore", "ignore", ...fds.toReversed()]);
    fds.forEach((fd, i) => {
      assert.equal(readFileSync(join(folder, String(i)), "utf8"), `${9 - i}\n`);
      closeSync(fd);
    });
  });
});

testLoop(
  "inherit passes the descriptor of the same number, and leaves out what is ignored",
  (t) => {
    inFolder(({ path: folder }) => {
      const fd = openSync(join(folder, "file"), "a");
      const stdio = Array.from({ length: fd + 1 }, (_, i) => i === fd ? "inherit" : "ignore");
      shell(
        t,
        `test -e /proc/self/fd/${fd} && echo inherited >>/dev/fd/${fd}`,
        stdio as "ignore"[],
      );
      assert.equal(readFileSync(join(folder, "file"), "utf8"), "inherited\n");
      closeSync(fd);
    });
  },
);

testLoop("a child inherits no descriptor that was not given to it", (t) => {
  inFolder(({ path: folder }) => {
    const list = (name: string): ProcessOptions => ({
      file: "sh",
      args: ["-c", `ls /proc/self/fd >${join(folder, name)}`],
    });
    play(t, (scope) => {
      const before = scope.process(list("before")); // the runtime's own may be among them
      return {
        exit({ handle }) {
          if (handle !== before) return done();
          localListener(scope);
          const sleeper = scope.process({ file: "cat", stdio: [toChild, { pipe: "both" }] });
          scope.process(list("after"));
          sleeper.kill();
          sleeper.close();
        },
      };
    });
    run(t);
    const [before, after] = ["before", "after"].map((name) => readFileSync(join(folder, name)));
    assert.deepEqual(String(after), String(before));
  });
  t.loop.close(); // it may still have to collect the other child
});

testLoop("ignored descriptors are empty to read and take what is written", (t) => {
  shell(t, 'test -z "$(cat)" && echo lost && echo lost >&2', []);
});

testLoop("X8: the child has died before we write to it: EPIPE or nothing, and no SIGPIPE", (t) => {
  play(t, (scope) => {
    const child = scope.process({ file: "true", stdio: [toChild] });
    const [input] = child.stdio as [Pipe];
    return {
      exit() {
        input.write("to nobody");
        scope.timer().start(10);
      },
      writeFailed: ({ error }) => assert.ok(["EPIPE", "ECONNRESET"].includes(error.code)),
      timer: () => done(),
    };
  });
  run(t);
});

testLoop("X12: a pipe that is not read makes no event, though more is written to it", (t) => {
  play(t, (scope) => {
    const child = scope.process({ file: "cat", stdio: [toChild, fromChild] });
    const [input, output] = child.stdio as [Pipe, Pipe];
    const text = new TextReader();
    output.readStart();
    input.write("one");
    let isStopped = false;
    return {
      read({ bytes }) {
        assert.ok(!isStopped, "a read while stopped");
        text.take(bytes);
        if (text.text === "one") {
          isStopped = true;
          output.readStop();
          input.write("two");
          scope.timer().start(30);
        } else if (text.text === "onetwo") input.close();
      },
      timer() {
        isStopped = false;
        output.readStart();
      },
      end: () => {},
      exit: () => done(),
    };
  });
  run(t);
});

testLoop(
  "P9: a child reads its input as a pipe while its output is closed, and ends with it",
  (t) => {
    play(t, (scope) => {
      const child = scope.process({
        ...scriptCommand("process_stdin.ts"),
        stdio: [toChild, fromChild, "inherit"],
      });
      const [input, output] = child.stdio as [Pipe, Pipe];
      output.close();
      input.write("hello");
      input.close();
      return {
        exit({ exitStatus, termSignal }) {
          assert.deepEqual([exitStatus, termSignal], [5, undefined]);
          return done();
        },
      };
    });
    run(t);
  },
);

testLoop(
  "the pipes of a child are the machine's: they are read when the process is closed",
  (t) => {
    play(t, (scope) => {
      const child = scope.process({
        file: "sh",
        args: ["-c", "echo hello"],
        stdio: ["ignore", fromChild],
      });
      child.close();
      return expectTextToEnd("hello\n")(child.stdio[1] as Pipe, scope);
    });
    run(t);
    t.loop.close(); // it may still have to collect the child
  },
);

testLoop("a pipe to the child cannot be read, one from it not written", (t) => {
  play(t, (scope) => {
    const child = scope.process({ file: "cat", stdio: [toChild, fromChild] });
    const [input, output] = child.stdio as [Pipe, Pipe];
    throwsUv(() => input.readStart(), "ENOTCONN");
    output.write("the wrong way");
    return {
      writeFailed({ handle, error }) {
        assert.deepEqual([handle, error.code], [output, "EPIPE"]);
        input.close();
      },
      exit: () => done(),
    };
  });
  run(t);
});

testLoop("X10: a child serves the socket of a stream that it was given", (t) => {
  play(t, (scope) => {
    const listener = localListener(scope);
    const client = scope.tcp();
    const { address, port } = listener.localAddress();
    client.connect(address, port);
    let missing = 2;
    const text = new TextReader();
    return {
      connection({ stream }) {
        scope.process({ file: "cat", stdio: [stream, stream] });
        stream.close();
      },
      connected() {
        client.write("through the child");
        client.shutdown();
        client.readStart();
      },
      shutdown: () => {},
      read: ({ bytes }) => void text.take(bytes),
      end: () => --missing === 0 ? done() : undefined,
      exit: () => --missing === 0 ? done() : undefined,
      dispose: () => assert.equal(text.text, "through the child"),
    };
  });
  run(t);
});

testLoop(
  "a stream that a child was given as its input, and that stays open, does not block",
  (t) => {
    play(t, (scope) => {
      const [near, far] = scope.socketPair();
      const child = scope.process({ file: "sleep", args: ["100"], stdio: [near, near, near] });
      scope.timer().start(0);
      return {
        timer() {
          near.write(new Uint8Array(2_000_000)); // far more than fits, and nobody reads
          t.events.push("write");
          if (t.events.length < 3) scope.timer().start(0);
          else child.kill();
        },
        exit() {
          far.close();
          return done();
        },
      };
    });
    run(t);
  },
);

testLoop("a stream that was to be a child's does not block when there is no such program", (t) => {
  const [one, other] = socketPair();
  play(t, (scope) => {
    const pipe = scope.pipe();
    pipe.open(one);
    throwsUv(() => scope.process({ file: "no such program", stdio: [pipe] }), "ENOENT");
    assert.ok(isNonBlocking(one), "a read would hold up the loop");
    return { timeout: () => done() };
  });
  t.loop.close();
  closeFd(one);
  closeFd(other);
});

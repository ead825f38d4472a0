/**
 * Child processes: one that sorts what it is sent, one that a signal ends, one that is not there.
 *
 *     bun samples/spawn.ts
 *     deno run --allow-ffi --allow-env samples/spawn.ts
 *
 * libuv starts them: Deno's `--allow-run` is not asked.
 */
import { done, Loop, ok, UvError } from "../src/mod.ts";
import type { IoEvent, Machine, Pipe, Process, Response, Scope } from "../src/mod.ts";

/** Sends lines to `sort`, and prints what it answers. */
class Sorter implements Machine {
  readonly #child: Process;
  readonly #decoder = new TextDecoder();
  #text = "";
  /** The end of its output, and its exit: in either order. */
  #missing = 2;

  constructor(scope: Scope) {
    this.#child = scope.process({
      file: "sort",
      stdio: [{ pipe: "toChild" }, { pipe: "fromChild" }, "inherit"],
      env: { LC_ALL: "C", PATH: "/usr/bin:/bin" },
    });
    const [input, output] = this.#child.stdio as [Pipe, Pipe];
    input.write("pear\napple\norange\n");
    input.close(); // what was written is sent before
    output.readStart();
  }

  ready(event: IoEvent): Response {
    if (event.kind === "read") {
      this.#text += this.#decoder.decode(event.bytes, { stream: true });
    } else if (event.kind === "exit") console.log(`sort returned ${event.exitStatus}`);
    if (event.kind !== "exit" && event.kind !== "end") return ok();
    if (--this.#missing > 0) return ok();
    console.log(this.#text.trimEnd());
    return done();
  }
}

/** Ends a child that would sleep for long. */
class Killer implements Machine {
  constructor(scope: Scope) {
    scope.process({ file: "sleep", args: ["1000"] }).kill("SIGTERM");
  }

  ready(event: IoEvent): Response {
    if (event.kind !== "exit") return ok();
    console.log(`sleep was ended by ${event.termSignal}`);
    return done();
  }
}

using loop = Loop.create().instantiate(undefined);
loop.addMachine((scope) => ok(new Sorter(scope)));
loop.run();
loop.addMachine((scope) => ok(new Killer(scope)));
loop.run();
try {
  loop.addMachine((scope) => ok(scope.process({ file: "no-such-program" })));
} catch (error) {
  if (!(error instanceof UvError)) throw error;
  console.log(error.message);
}

/**
 * Takes over the terminal: prints the size of its window, also when that changes, and the bytes of
 * each key, until `q` is pressed. The terminal is as it was before, in whatever way this ends.
 *
 *     bun samples/pty.ts
 *     deno run --allow-ffi --allow-env samples/pty.ts
 */
import process from "node:process";
import { done, guessHandle, type IoEvent, Loop, type Machine, ok } from "../src/mod.ts";
import type { Response, Scope, Tty } from "../src/mod.ts";

const QUIT = "q".charCodeAt(0);

class Keys implements Machine {
  readonly #tty: Tty;

  constructor(scope: Scope) {
    this.#tty = scope.tty(0);
    this.#tty.setMode("raw");
    this.#tty.readStart();
    scope.signal().start("SIGWINCH");
    this.#tellSize();
    this.#tty.write("press keys, q to leave\n");
  }

  ready(event: IoEvent): Response {
    if (event.kind === "signal") this.#tellSize();
    if (event.kind === "end" || event.kind === "readFailed") return done();
    if (event.kind !== "read") return ok();
    for (const byte of event.bytes) {
      if (byte === QUIT) return done();
      this.#tty.write(`${byte}\n`);
    }
    return ok();
  }

  #tellSize(): void {
    const { columns, rows } = this.#tty.windowSize();
    this.#tty.write(`${columns} columns, ${rows} rows\n`);
  }
}

if (guessHandle(0) === "tty") {
  using loop = Loop.create().instantiate(undefined);
  loop.addMachine((scope) => ok(new Keys(scope)));
  loop.run();
} else {
  console.log("this is no terminal, but a", guessHandle(0));
  process.exitCode = 1;
}

/**
 * Watches a descriptor that is not ours: a named pipe, opened with `node:fs`, as a control channel.
 * A child process writes commands into it, from any shell: `echo hello >NAME`.
 *
 *     bun samples/poll_fd.ts
 *     deno run --allow-ffi --allow-env --allow-read --allow-write --allow-run samples/poll_fd.ts
 */
import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { done, Loop, ok } from "../src/mod.ts";
import type { IoEvent, Machine, Response, Scope } from "../src/mod.ts";

/** Reads commands, one a line, until `quit`. */
class Control implements Machine {
  readonly #fd: number;
  readonly #bytes = new Uint8Array(512);
  readonly #decoder = new TextDecoder();
  #rest = "";

  /** Opened for writing too: or the pipe would end with each writer that leaves. */
  constructor(scope: Scope, name: string) {
    this.#fd = openSync(name, "r+");
    scope.poll(this.#fd).start({ readable: true });
  }

  /** The event comes again as long as there is something left to read. */
  ready(event: IoEvent): Response {
    if (event.kind !== "poll") return ok();
    const read = this.#bytes.subarray(0, readSync(this.#fd, this.#bytes));
    const commands = (this.#rest + this.#decoder.decode(read, { stream: true })).split("\n");
    this.#rest = commands.pop() ?? "";
    for (const command of commands) console.log(`command: ${command}`);
    return commands.includes("quit") ? done() : ok();
  }

  /** The descriptor is ours to close; the watcher has a duplicate, and closes that. */
  dispose(): void {
    closeSync(this.#fd);
  }
}

/** A shell that knows the name of the pipe. */
class Shell implements Machine {
  constructor(scope: Scope, name: string) {
    const script = 'echo hello >"$0"; echo how are you >"$0"; echo quit >"$0"';
    scope.process({ file: "sh", args: ["-c", script, name] });
  }

  ready(event: IoEvent): Response {
    return event.kind === "exit" ? done() : ok();
  }
}

const directory = mkdtempSync(join(tmpdir(), "rotor-uv-"));
const name = join(directory, "control");
execFileSync("mkfifo", [name]);
using loop = Loop.create().instantiate(undefined);
loop.addMachine((scope) => ok(new Control(scope, name)));
loop.addMachine((scope) => ok(new Shell(scope, name)));
loop.run();
rmSync(directory, { recursive: true });

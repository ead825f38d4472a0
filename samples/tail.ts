/**
 * Prints what is appended to a file, until SIGINT or SIGTERM:
 *
 *     bun samples/tail.ts FILE
 *     deno run --allow-ffi --allow-env samples/tail.ts FILE
 *
 * A file that has become shorter is printed from its start.
 */
import { writeSync } from "node:fs";
import process from "node:process";
import { error, Loop, ok } from "../src/mod.ts";
import type { File, IoEvent, IoEventOf, Machine, Response, Scope } from "../src/mod.ts";
import { Stopper } from "./stopper.ts";

/** Asks for the size after a change, then reads on to the end: one request after the other. */
class Tail implements Machine {
  readonly #path: string;
  readonly #bytes = new Uint8Array(65536);
  #file: File | undefined;
  /** Up to where it was printed, in bytes; -1 before the size of the file is known. */
  #position = -1;
  #isBusy = true;
  #hasChanged = false;

  constructor(scope: Scope, path: string) {
    this.#path = path;
    scope.fsEvent().start(path); // first, so that no change is missed
    scope.fs.open(path);
  }

  ready(event: IoEvent, scope: Scope): Response {
    switch (event.kind) {
      case "fsEvent":
        this.#hasChanged = true;
        if (!this.#isBusy) this.#look();
        return ok();
      case "fs":
        this.#answered(event.request);
        return ok();
      case "fsFailed":
      case "fsEventFailed":
        scope.shutdownLoop(); // the other machine waits for a signal
        return error(event.error);
      default:
        return ok();
    }
  }

  #look(): void {
    this.#isBusy = true;
    this.#hasChanged = false;
    this.#file?.stat();
  }

  #answered(request: IoEventOf<"fs">["request"]): void {
    if (request.operation === "open") {
      this.#file = request.result;
      this.#look();
    } else if (request.operation === "fstat") {
      this.#startAt(request.result.size);
      this.#read();
    } else if (request.operation === "read") {
      print(this.#bytes.subarray(0, request.result));
      this.#position += request.result;
      if (request.result > 0) this.#read();
      else if (this.#hasChanged) this.#look();
      else this.#isBusy = false;
    }
  }

  #startAt(size: number): void {
    if (this.#position < 0) {
      console.log(`following ${this.#path}`);
      this.#position = size;
    } else if (size < this.#position) this.#position = 0;
  }

  #read(): void {
    this.#file?.read(this.#bytes, { position: this.#position });
  }
}

function print(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += writeSync(1, bytes, at);
}

const [path] = process.argv.slice(2);
if (path === undefined) {
  console.error("usage: tail.ts FILE");
  process.exit(2);
}
using loop = Loop.create().instantiate(undefined);
loop.addMachine((scope) => ok(new Tail(scope, path)));
loop.addMachine((scope) => ok(new Stopper(scope)));
loop.run();

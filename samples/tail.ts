/**
 * Prints what is appended to a file, until SIGINT or SIGTERM:
 *
 *     bun samples/tail.ts FILE
 *     deno run --allow-ffi --allow-env samples/tail.ts FILE
 */
import process from "node:process";
import { error, type File, type IoEvent, type IoEventOf, Loop, type Machine } from "../src/mod.ts";
import { ok, type Response, type Scope } from "../src/mod.ts";
import { Stopper } from "./stopper.ts";

class Tail implements Machine {
  readonly #bytes = new Uint8Array(65536);
  readonly #path: string;
  #file: File | undefined;
  /** What is printed, in bytes; the end of the file at first. */
  #position = -1;
  #size = -1;
  /** A request is under way. */
  #isBusy = true;
  #hasChanged = false;

  constructor(scope: Scope, path: string) {
    this.#path = path;
    scope.fsEvent().start(path);
    scope.fs.open(path);
  }

  ready(event: IoEvent): Response {
    if (event.kind === "fsFailed") return error(event.error);
    if (event.kind === "fsEvent") this.#hasChanged = true;
    if (event.kind === "fs") this.#answered(event.request);
    this.#goOn();
    return ok();
  }

  #answered(request: IoEventOf<"fs">["request"]): void {
    this.#isBusy = false;
    if (request.operation === "open") {
      this.#file = request.result;
      this.#hasChanged = true;
    } else if (request.operation === "fstat") {
      this.#size = request.result.size;
      if (this.#position < 0) console.log(`following ${this.#path}`);
      if (this.#position < 0 || this.#size < this.#position) this.#position = this.#size;
    } else if (request.operation === "read") {
      this.#position = request.result === 0 ? this.#size : this.#position + request.result;
      process.stdout.write(this.#bytes.slice(0, request.result));
    }
  }

  /** One thing after the other: what is new is read, then the size is asked for again. */
  #goOn(): void {
    if (this.#isBusy || this.#file === undefined) return;
    this.#isBusy = true;
    if (this.#position < this.#size) {
      this.#file.read(this.#bytes, { position: this.#position });
    } else if (this.#hasChanged) {
      this.#hasChanged = false;
      this.#file.stat();
    } else this.#isBusy = false;
  }
}

const [path = "/var/log/syslog"] = process.argv.slice(2);
using loop = Loop.create().instantiate(undefined);
loop.addMachine((scope) => ok(new Tail(scope, path)));
loop.addMachine((scope) => ok(new Stopper(scope)));
loop.run();

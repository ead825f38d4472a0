/**
 * Prints what happens to the entries of a directory, until SIGINT or SIGTERM:
 *
 *     bun samples/watch.ts DIRECTORY
 *     deno run --allow-ffi --allow-env samples/watch.ts DIRECTORY
 */
import process from "node:process";
import { Loop, ok } from "../src/mod.ts";
import type { IoEvent, Machine, Response, Scope } from "../src/mod.ts";
import { Stopper } from "./stopper.ts";

class Watcher implements Machine {
  constructor(scope: Scope, directory: string) {
    const watcher = scope.fsEvent();
    watcher.start(directory);
    console.log(`watching ${watcher.path()}`);
  }

  /** What comes, goes or is given another name is renamed. */
  ready(event: IoEvent): Response {
    if (event.kind !== "fsEvent") return ok();
    const { name, isRename, overflow } = event;
    if (overflow > 0) console.log(`${overflow} more events`);
    else console.log(isRename ? "renamed" : "changed", name);
    return ok();
  }
}

const [directory = "."] = process.argv.slice(2);
using loop = Loop.create().instantiate(undefined);
loop.addMachine((scope) => ok(new Watcher(scope, directory)));
loop.addMachine((scope) => ok(new Stopper(scope)));
loop.run();

/**
 * Looks a name up, and what each of its addresses is called, several at a time.
 *
 *     bun samples/dns.ts example.org
 *     deno run --allow-ffi --allow-env samples/dns.ts example.org
 */
import process from "node:process";
import {
  done,
  type IoEvent,
  Loop,
  type Machine,
  ok,
  type Response,
  type Scope,
} from "../src/mod.ts";

/** Finds the addresses of one name, and the names of these. */
class Lookup implements Machine {
  /** Questions that are not answered yet. */
  #open = 1;

  constructor(scope: Scope, name: string) {
    scope.resolve(name);
  }

  ready(event: IoEvent, scope: Scope): Response {
    this.#open--;
    switch (event.kind) {
      case "resolved":
        for (const { address } of event.addresses) scope.nameinfo(address, 0);
        this.#open += event.addresses.length;
        break;
      case "named":
        console.log(`${event.request.address} is called ${event.request.result.host}`);
        break;
      case "resolveFailed":
      case "nameFailed":
        console.error(event.error.message);
        process.exitCode = 1;
    }
    return this.#open === 0 ? done() : ok();
  }
}

const names = process.argv.slice(2);
if (names.length === 0) {
  console.error("usage: dns.ts NAME...");
  process.exit(2);
}
const creator = Loop.create();
for (const name of names) creator.addMachine((scope) => ok(new Lookup(scope as Scope, name)));
creator.run(undefined);

/**
 * Looks names up, and what each of their addresses is called, all at the same time.
 *
 *     bun samples/dns.ts example.org
 *     deno run --allow-ffi --allow-env samples/dns.ts example.org
 */
import process from "node:process";
import { done, Loop, ok } from "../src/mod.ts";
import type { IoEvent, Machine, Response, Scope } from "../src/mod.ts";

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
using loop = Loop.create().instantiate(undefined);
for (const name of names) loop.addMachine((scope) => ok(new Lookup(scope, name)));
loop.run();

/**
 * The smallest loop: no machine, so there is nothing to wait for and `run` returns at once.
 *
 *     bun samples/empty.ts
 *     deno run --allow-ffi --allow-env samples/empty.ts
 */
import { Loop } from "../src/mod.ts";

Loop.create().run(undefined);
console.log("the loop has run, and is closed");

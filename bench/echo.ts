/**
 * Echoed messages: CPU time, rate and latency of our server, of C, and of what the runtimes bring.
 *
 *     bun bench/echo.ts [--rounds 5] [--seconds 5] [--warmup 1] [--connections 50] [--size 64]
 *       [--pipeline 1] [--only c,ours-bun,ours-deno] [--json FILE]
 */

import process from "node:process";
import { compare } from "./comparison.ts";
import { readSettings } from "./settings.ts";

await compare(readSettings(process.argv.slice(2), { churn: false }), "message");

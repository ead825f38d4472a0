/**
 * Echoed messages: CPU time, rate and latency of our server, of C, and of what the runtimes bring.
 *
 *     bun bench/echo.ts [--rounds 5] [--seconds 5] [--warmup 1] [--connections 50] [--size 64]
 *       [--pipeline 1] [--only c,ours-bun,ours-deno] [--json FILE]
 *
 * `--pipeline 16` keeps so many messages in flight on each connection; `--size 65536` sends large
 * ones. The load program checks every byte of each message, whatever its size.
 */

import process from "node:process";
import { compare } from "./comparison.ts";
import { readSettings } from "./settings.ts";

await compare(readSettings(process.argv.slice(2), { churn: false }), "message");

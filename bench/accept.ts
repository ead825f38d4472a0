/**
 * Accepted connections: each is opened, echoes one message and is reset, `--connections` at once.
 *
 *     bun bench/accept.ts [--rounds 5] [--seconds 5] [--warmup 1] [--connections 50] [--size 64]
 *       [--only c,ours-bun,ours-deno] [--json FILE]
 */

import process from "node:process";
import { compare } from "./comparison.ts";
import { readSettings } from "./settings.ts";

await compare(readSettings(process.argv.slice(2), { churn: true }), "connection");

/** What the names of contenders mean. */

import type { Results } from "../results.ts";

const MEANINGS: readonly (readonly [RegExp, string, string])[] = [
  [/^c$/, "c", "a program in C on libuv, as somebody who knows libuv would write it"],
  [
    /^ours-/,
    "ours-…",
    "this library; its loop has the thread (loop.run), callbacks are machine " +
    "code that fills a ring",
  ],
  [/^pump-/, "pump-…", "this library beside the runtime's own loop, on one thread (loop.pump)"],
  [
    /^fallback-/,
    "fallback-…",
    "this library with callbacks of the runtime instead of machine " +
    "code: what the ring buys",
  ],
  [/^streams-/, "streams-…", "this library with its protocols on connections"],
  [/^machine-/, "machine-…", "this library without these protocols"],
  [/^bun-listen|^bun-connect/, "bun-listen, bun-connect", "Bun.listen and Bun.connect"],
  [/^deno-listen|^deno-connect/, "deno-listen, deno-connect", "Deno.listen and Deno.connect"],
  [/^node-net|^node-dgram/, "node-net, node-dgram", "node:net and node:dgram in Node"],
  [/^bun-udp/, "bun-udp", "Bun.udpSocket"],
  [/^deno-datagram/, "deno-datagram", "Deno.listenDatagram"],
  [/-settimeout$/, "…-settimeout", "setTimeout and clearTimeout of the runtime"],
  [
    /-file$|-fs$/,
    "bun-file, deno-file, …-fs",
    "Bun.file, Deno.FsFile, and node:fs in the " +
    "runtime that is named",
  ],
  [/^postmessage-/, "postmessage-…", "postMessage to a worker of the runtime"],
  [/^uvloop$/, "uvloop", "asyncio in Python on uvloop, which is on libuv"],
  [/^luv$/, "luv", "LuaJIT on luv, Lua's binding of libuv"],
  [/^empty-/, "empty-…", "a script of one line: what the runtime takes by itself"],
];

/** Names and meanings of those that are in the results. */
export function glossaryOf({ outcomes }: Results): readonly (readonly [string, string])[] {
  const rows = outcomes.filter(({ lab }) => lab === "io").flatMap(({ rows }) => rows);
  const names = [...new Set(rows.map(({ contender }) => contender))];
  return MEANINGS.filter(([pattern]) => names.some((name) => pattern.test(name)))
    .map(([, name, meaning]) => [name, meaning]);
}

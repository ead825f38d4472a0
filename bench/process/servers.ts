/** The servers and programs that are compared, by what they do. */

import { ALONE, FALLBACK, type Script } from "./contender.ts";

const OWN_ECHO = "../samples/tcp_echo.ts";
const OWN_UDP_ECHO = "../samples/udp_echo.ts";
const PUMPED_ECHO = "servers/pumped_echo.ts";

/** Each takes a port. */
export const ECHO_SERVERS: readonly Script[] = [
  { name: "ours-bun", runtime: "bun", file: OWN_ECHO },
  { name: "ours-deno", runtime: "deno", file: OWN_ECHO },
  { name: "pump-bun", runtime: "bun", file: PUMPED_ECHO },
  { name: "pump-deno", runtime: "deno", file: PUMPED_ECHO },
  { name: "fallback-bun", runtime: "bun", file: OWN_ECHO, environment: FALLBACK },
  { name: "fallback-deno", runtime: "deno", file: OWN_ECHO, environment: FALLBACK },
  { name: "bun-listen", runtime: "bun", file: "servers/bun_listen.ts" },
  { name: "deno-listen", runtime: "deno", file: "servers/deno_listen.ts" },
  { name: "node-net", runtime: "node", file: "servers/node_net.mjs" },
  { name: "uvloop", runtime: "python", file: "servers/uvloop_echo.py" },
  { name: "luv", runtime: "lua", file: "servers/luv_echo.lua" },
];

/** Ours with each call on a socket made by itself. */
export const ALONE_SERVERS: readonly Script[] = [
  { name: "alone-bun", runtime: "bun", file: OWN_ECHO, environment: ALONE },
  { name: "alone-deno", runtime: "deno", file: OWN_ECHO, environment: ALONE },
];

/** Each takes a port, and echoes datagrams. */
export const UDP_SERVERS: readonly Script[] = [
  { name: "ours-bun", runtime: "bun", file: OWN_UDP_ECHO },
  { name: "ours-deno", runtime: "deno", file: OWN_UDP_ECHO },
  { name: "fallback-bun", runtime: "bun", file: OWN_UDP_ECHO, environment: FALLBACK },
  { name: "fallback-deno", runtime: "deno", file: OWN_UDP_ECHO, environment: FALLBACK },
  { name: "bun-udp", runtime: "bun", file: "servers/udp_bun.ts" },
  {
    name: "deno-datagram",
    runtime: "deno",
    file: "servers/udp_deno.mjs",
    denoFlags: ["--unstable-net"],
  },
  { name: "node-dgram", runtime: "node", file: "servers/udp_node.mjs" },
];

/** Each takes a port, and the port that it connects to. */
export const PROXIES: readonly Script[] = [
  { name: "ours-bun", runtime: "bun", file: "servers/proxy_ours.ts" },
  { name: "ours-deno", runtime: "deno", file: "servers/proxy_ours.ts" },
  { name: "machine-bun", runtime: "bun", file: "servers/proxy_machine.ts" },
  { name: "machine-deno", runtime: "deno", file: "servers/proxy_machine.ts" },
  { name: "bun-connect", runtime: "bun", file: "servers/proxy_bun.ts" },
  { name: "deno-connect", runtime: "deno", file: "servers/proxy_deno.ts" },
  { name: "node-net", runtime: "node", file: "servers/proxy_node.mjs" },
];

/** Echo servers on streams, which tell of themselves: see `servers/watched_echo.ts`. */
export const WATCHED_SERVERS: readonly Script[] = [
  { name: "streams-bun", runtime: "bun", file: "servers/watched_echo.ts" },
  { name: "streams-deno", runtime: "deno", file: "servers/watched_echo.ts" },
];

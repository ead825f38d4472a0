/**
 * The proxy of `samples/proxy.ts`, which at the end tells what its loop counted:
 *
 *     bun proxy_ours.ts PORT TARGETPORT
 *     deno run -A --no-check proxy_ours.ts PORT TARGETPORT
 */

import process from "node:process";
import { End, options } from "../../samples/proxy.ts";
import { serve } from "../../samples/serve.ts";
import { connect, Loop } from "../../src/mod.ts";

const [port = 0, targetPort = 0] = process.argv.slice(2).map(Number);
using loop = Loop.create().instantiate(undefined);
serve(loop, port, () => {
  const [near, far] = End.pair();
  const target = { host: "127.0.0.1", port: targetPort };
  loop.addMachine((scope) => connect(target, far, scope, options));
  return near;
}, options);
console.log(JSON.stringify(loop.metrics()));

/**
 * The echo server of `samples/tcp_echo.ts` on a pumped loop, beside the runtime's own:
 *
 *     bun pumped_echo.ts PORT
 *     deno run -A --no-check pumped_echo.ts PORT
 */

import process from "node:process";
import { EchoConnection } from "../../samples/echo_connection.ts";
import { Stopper } from "../../samples/stopper.ts";
import { Loop, ok, type Tcp } from "../../src/mod.ts";
import { Listener } from "./listener.ts";

const port = Number(process.argv[2] ?? 0);
using loop = Loop.create({ slabCapacity: 65536 }).instantiate(undefined);
loop.addMachine((scope) => ok(new Stopper(scope)));
loop.addMachine((scope) =>
  ok(
    new Listener(scope, port, (stream, scope) => {
      scope.register(stream);
      (stream as Tcp).nodelay(true);
      stream.readStart();
      return new EchoConnection();
    }),
  )
);
await loop.pump();

/**
 * An echo server for datagrams: each goes back to its sender.
 *
 *     bun samples/udp_echo.ts 7000
 *     deno run --allow-ffi --allow-env samples/udp_echo.ts 7000
 *
 * It serves until SIGINT or SIGTERM, then closes everything. Set `ECHO_METRICS=1` to see what the
 * loop counted, as JSON, at the end.
 */
import process from "node:process";
import { Loop, ok } from "../src/mod.ts";
import type { IoEvent, Machine, Response, Scope } from "../src/mod.ts";
import { Stopper } from "./stopper.ts";

class Echo implements Machine {
  constructor(scope: Scope, port: number) {
    const socket = scope.udp();
    socket.bind("127.0.0.1", port);
    socket.receiveStart();
    const { address, port: bound } = socket.localAddress();
    console.log(`listening on ${address}:${bound}`);
  }

  /** Nothing is copied: the block that was received is sent, to the address that lies in it. */
  ready(event: IoEvent): Response {
    if (event.kind === "datagram") event.handle.reply(event.block);
    return ok();
  }
}

const port = Number(process.argv[2] ?? 7000);
using loop = Loop.create().instantiate(undefined);
loop.addMachine((scope) => ok(new Stopper(scope)));
loop.addMachine((scope) => ok(new Echo(scope, port)));
loop.run();
if (process.env["ECHO_METRICS"] !== undefined) console.log(JSON.stringify(loop.metrics()));

/**
 * An echo of datagrams on `Deno.listenDatagram`:
 * `deno run -A --no-check --unstable-net udp_deno.mjs PORT`.
 */

const block = new Uint8Array(64 * 1024);
const socket = Deno.listenDatagram({
  hostname: "127.0.0.1",
  port: Number(Deno.args[0] ?? 0),
  transport: "udp",
});
Deno.addSignalListener("SIGTERM", () => Deno.exit(0));
console.log(`listening on 127.0.0.1:${socket.addr.port}`);
for (;;) {
  const [bytes, from] = await socket.receive(block);
  await socket.send(bytes, from);
}

/** An echo of datagrams on `node:dgram`: `node udp_node.mjs PORT`. */

import { createSocket } from "node:dgram";
import process from "node:process";

const socket = createSocket("udp4");
socket.on("message", (bytes, { port, address }) => socket.send(bytes, port, address));
socket.bind(Number(process.argv[2] ?? 0), "127.0.0.1", () => {
  console.log(`listening on 127.0.0.1:${socket.address().port}`);
});
process.on("SIGTERM", () => process.exit(0));

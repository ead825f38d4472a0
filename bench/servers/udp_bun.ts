/** An echo of datagrams on `Bun.udpSocket`: `bun udp_bun.ts PORT`. */

import process from "node:process";

const socket = await Bun.udpSocket({
  hostname: "127.0.0.1",
  port: Number(process.argv[2] ?? 0),
  socket: {
    data(socket, bytes, port, address) {
      socket.send(bytes, port, address);
    },
  },
});
console.log(`listening on 127.0.0.1:${socket.port}`);
process.on("SIGTERM", () => process.exit(0));

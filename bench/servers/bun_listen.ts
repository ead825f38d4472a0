/** An echo server on `Bun.listen`: `bun bun_listen.ts PORT`. */

import process from "node:process";

/** Bytes the socket did not take yet. While there are any, the connection does not read. */
interface Connection {
  rest: Uint8Array | undefined;
}

function write(socket: Bun.Socket<Connection>, bytes: Uint8Array): void {
  const written = socket.write(bytes);
  if (written < 0) return;
  if (written === bytes.byteLength) {
    if (socket.data.rest === undefined) return;
    socket.data.rest = undefined;
    socket.resume();
    return;
  }
  socket.data.rest = bytes.slice(written);
  socket.pause();
}

const listener = Bun.listen<Connection>({
  hostname: "127.0.0.1",
  port: Number(process.argv[2] ?? 0),
  socket: {
    open(socket) {
      socket.data = { rest: undefined };
      socket.setNoDelay(true);
    },
    data: write,
    drain(socket) {
      if (socket.data.rest !== undefined) write(socket, socket.data.rest);
    },
    error() {
      // A reset by the peer: the socket closes by itself.
    },
  },
});

console.log(`listening on 127.0.0.1:${listener.port}`);
process.on("SIGTERM", () => process.exit(0));

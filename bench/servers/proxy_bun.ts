/** A proxy on `Bun.listen` and `Bun.connect`: `bun proxy_bun.ts PORT TARGETPORT`. */

import process from "node:process";

/** One of two connections that belong together. */
interface Side {
  other: Bun.Socket<Side> | undefined;
  /** Bytes the socket did not take yet. While there are any, the other side does not read. */
  rest: Uint8Array | undefined;
  /** The other side has ended: so must this one, when all is written. */
  mustEnd: boolean;
}

const [port = 0, targetPort = 0] = process.argv.slice(2).map(Number);

function newSide(other: Bun.Socket<Side> | undefined): Side {
  return { other, rest: undefined, mustEnd: false };
}

function write(to: Bun.Socket<Side>, bytes: Uint8Array): void {
  const written = to.write(bytes);
  if (written < 0) return;
  const side = to.data;
  if (written < bytes.byteLength) {
    // The bytes that a data handler is given are its own only until it returns.
    side.rest = side.rest === undefined ? bytes.slice(written) : bytes.subarray(written);
    side.other?.pause();
    return;
  }
  if (side.rest !== undefined) {
    side.rest = undefined;
    side.other?.resume();
  }
  if (side.mustEnd) to.shutdown();
}

function end(socket: Bun.Socket<Side>): void {
  const { other } = socket.data;
  if (other === undefined) return;
  other.data.mustEnd = true;
  if (other.data.rest === undefined) other.shutdown();
}

const handlers = {
  data(from: Bun.Socket<Side>, bytes: Uint8Array) {
    if (from.data.other !== undefined) write(from.data.other, bytes);
  },
  drain(to: Bun.Socket<Side>) {
    if (to.data.rest !== undefined) write(to, to.data.rest);
  },
  end,
  close(socket: Bun.Socket<Side>) {
    socket.data.other?.end();
  },
  error(socket: Bun.Socket<Side>) {
    socket.data.other?.terminate();
  },
};

const listener = Bun.listen<Side>({
  hostname: "127.0.0.1",
  port,
  allowHalfOpen: true,
  socket: {
    ...handlers,
    async open(client) {
      client.data = newSide(undefined);
      client.pause();
      client.setNoDelay(true);
      try {
        client.data.other = await Bun.connect<Side>({
          hostname: "127.0.0.1",
          port: targetPort,
          allowHalfOpen: true,
          data: newSide(client),
          socket: handlers,
        });
        client.data.other.setNoDelay(true);
        client.resume();
      } catch {
        client.terminate();
      }
    },
  },
});

console.log(`listening on 127.0.0.1:${listener.port}`);
process.on("SIGTERM", () => process.exit(0));

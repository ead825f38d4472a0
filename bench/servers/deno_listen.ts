/**
 * An echo server on `Deno.listen`: `deno run -A --no-check deno_listen.ts PORT`.
 *
 * It reads into one block per connection and writes from it, which costs less than piping the
 * connection's streams, and lets a slow reader hold its writer back.
 */

const BLOCK_BYTES = 64 * 1024;

async function echo(connection: Deno.TcpConn): Promise<void> {
  const block = new Uint8Array(BLOCK_BYTES);
  try {
    connection.setNoDelay(true);
    while (true) {
      const length = await connection.read(block);
      if (length === null) return;
      let written = 0;
      while (written < length) written += await connection.write(block.subarray(written, length));
    }
  } catch {
    // A reset by the peer ends this connection only.
  } finally {
    connection.close();
  }
}

const listener = Deno.listen({ hostname: "127.0.0.1", port: Number(Deno.args[0] ?? 0) });
Deno.addSignalListener("SIGTERM", () => Deno.exit(0));
console.log(`listening on 127.0.0.1:${listener.addr.port}`);
for await (const connection of listener) echo(connection);

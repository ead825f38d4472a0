/**
 * A proxy on `Deno.listen` and `Deno.connect`:
 * `deno run -A --no-check proxy_deno.ts PORT TARGETPORT`.
 *
 * It reads into one block per direction and writes from it, which costs less than piping the
 * connections' streams (`pipeTo`), and lets a slow reader hold its writer back.
 */

const BLOCK_BYTES = 64 * 1024;

const [port = 0, targetPort = 0] = Deno.args.map(Number);

async function copy(from: Deno.TcpConn, to: Deno.TcpConn): Promise<void> {
  const block = new Uint8Array(BLOCK_BYTES);
  for (;;) {
    const length = await from.read(block);
    if (length === null) break;
    let written = 0;
    while (written < length) written += await to.write(block.subarray(written, length));
  }
  await to.closeWrite();
}

async function forward(client: Deno.TcpConn): Promise<void> {
  using near = client;
  try {
    using far = await Deno.connect({ hostname: "127.0.0.1", port: targetPort });
    near.setNoDelay(true);
    far.setNoDelay(true);
    await Promise.all([copy(near, far), copy(far, near)]);
  } catch {
    // A reset ends these two connections only.
  }
}

const listener = Deno.listen({ hostname: "127.0.0.1", port });
Deno.addSignalListener("SIGTERM", () => Deno.exit(0));
console.log(`listening on 127.0.0.1:${listener.addr.port}`);
for await (const connection of listener) forward(connection);

/** A proxy on `node:net`: `node proxy_node.mjs PORT TARGETPORT`. */

import { connect, createServer } from "node:net";
import process from "node:process";

const [port, targetPort] = process.argv.slice(2).map(Number);

const server = createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
  const target = connect({
    host: "127.0.0.1",
    port: targetPort,
    noDelay: true,
    allowHalfOpen: true,
  });
  // pipe() waits for a slow writer, and passes the end on.
  client.pipe(target).pipe(client);
  for (const [one, other] of [[client, target], [target, client]]) {
    one.on("error", () => other.destroy());
  }
});

server.listen({ host: "127.0.0.1", port, backlog: 1024 }, () => {
  console.log(`listening on 127.0.0.1:${server.address().port}`);
});
process.on("SIGTERM", () => process.exit(0));

/** What the servers of streams have in common: `lines.ts`, `proxy.ts` and `chat.ts`. */
import { accept, type Loop, ok } from "../src/mod.ts";
import type { AcceptOptions, Protocol, Tcp } from "../src/mod.ts";
import { Stopper } from "./stopper.ts";

/**
 * Listens on 127.0.0.1, says where, and serves until SIGINT or SIGTERM.
 *
 * @param port 0 takes any that is free
 * @param protocol makes the protocol of each connection
 */
export function serve(
  loop: Loop,
  port: number,
  protocol: () => Protocol,
  options?: AcceptOptions,
): void {
  loop.addMachine((scope) => ok(new Stopper(scope)));
  loop.addMachine((scope) => {
    const listener = scope.tcp();
    listener.bind("127.0.0.1", port);
    const makeProtocol = (stream: unknown): Protocol => {
      (stream as Tcp).nodelay(true); // or a short answer waits for the client's next packet
      return protocol();
    };
    const answer = accept(listener, makeProtocol, scope, options);
    const { address, port: bound } = listener.localAddress();
    console.log(`listening on ${address}:${bound}`);
    return answer;
  });
  loop.run();
}

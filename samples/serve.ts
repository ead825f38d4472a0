/** What servers of streams have in common: `lines.ts`, `proxy.ts`, `chat.ts`, `with_runtime.ts`. */
import { accept, type Loop, ok } from "../src/mod.ts";
import type { AcceptOptions, Protocol, Tcp } from "../src/mod.ts";
import { Stopper } from "./stopper.ts";

/** Serves as `listen` says, until SIGINT or SIGTERM, on a loop that has the thread for itself. */
export function serve(...args: Parameters<typeof listen>): void {
  const [loop] = args;
  loop.addMachine((scope) => ok(new Stopper(scope)));
  listen(...args);
  loop.run();
}

/**
 * Listens on 127.0.0.1, and says where.
 *
 * @param port 0 takes any that is free
 * @param protocol makes the protocol of each connection
 */
export function listen(
  loop: Loop,
  port: number,
  protocol: () => Protocol,
  options?: AcceptOptions,
): void {
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
}

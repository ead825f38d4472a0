/**
 * Multicast: joins a group on the loopback interface, sends three datagrams there, prints what
 * comes back, and leaves.
 *
 *     bun samples/multicast.ts
 *     deno run --allow-ffi --allow-env samples/multicast.ts
 */
import { done, Loop, ok } from "../src/mod.ts";
import type { IoEvent, Machine, Response, Scope, Udp } from "../src/mod.ts";

const GROUP = "239.255.0.1";
const LOOPBACK = { interfaceAddress: "127.0.0.1" };
const WORDS = ["one", "two", "three"];
const LIMIT_MS = 5000;

class Member implements Machine {
  readonly #socket: Udp;
  #heard = 0;

  constructor(scope: Scope) {
    this.#socket = scope.udp();
    this.#socket.bind("0.0.0.0", 0);
    this.#socket.joinGroup(GROUP, LOOPBACK);
    this.#socket.multicastInterface(LOOPBACK.interfaceAddress);
    this.#socket.receiveStart();
    const { port } = this.#socket.localAddress();
    // The group has its members at this port only: an agreed one is bound with reuseAddress.
    for (const word of WORDS) this.#socket.send(word, GROUP, port);
    scope.setDeadline("silence", scope.after(LIMIT_MS));
  }

  ready(event: IoEvent): Response {
    if (event.kind === "sendFailed") console.log(event.error.message);
    if (event.kind !== "datagram") return ok();
    const isOurs = event.peer?.port === this.#socket.localAddress().port;
    console.log(`${isOurs ? "ours" : "theirs"}: ${new TextDecoder().decode(event.bytes)}`);
    this.#heard++;
    if (this.#heard < WORDS.length) return ok();
    this.#socket.leaveGroup(GROUP, LOOPBACK);
    return done();
  }

  timeout(): Response {
    console.log("nobody hears multicast here");
    return done();
  }
}

using loop = Loop.create().instantiate(undefined);
loop.addMachine((scope) => ok(new Member(scope)));
loop.run();

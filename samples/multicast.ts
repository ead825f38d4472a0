/**
 * Multicast: joins a group on the loopback interface, sends three datagrams there, prints what
 * comes back, and leaves.
 *
 *     bun samples/multicast.ts
 *     deno run --allow-ffi --allow-env samples/multicast.ts
 */
import { done, error, Loop, ok } from "../src/mod.ts";
import type { IoEvent, Machine, Response, Scope } from "../src/mod.ts";

const GROUP = "239.255.0.1";
const LOOPBACK = { interfaceAddress: "127.0.0.1" };
const WORDS = ["one", "two", "three"];
const LIMIT_MS = 5000;

/** Hears itself: a sender that is a member of its group is sent a copy. */
class Member implements Machine {
  #heard = 0;

  constructor(scope: Scope) {
    const socket = scope.udp();
    socket.bind("0.0.0.0", 0);
    socket.joinGroup(GROUP, LOOPBACK);
    socket.multicastInterface(LOOPBACK.interfaceAddress);
    socket.receiveStart();
    const { port } = socket.localAddress(); // several members agree on one, with reuseAddress
    for (const word of WORDS) socket.send(word, GROUP, port);
    scope.setDeadline("silence", scope.after(LIMIT_MS));
  }

  ready(event: IoEvent): Response {
    if (event.kind === "sendFailed") return error(event.error);
    if (event.kind !== "datagram") return ok();
    console.log(`heard ${new TextDecoder().decode(event.bytes)}`);
    this.#heard++;
    if (this.#heard < WORDS.length) return ok();
    event.handle.leaveGroup(GROUP, LOOPBACK);
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

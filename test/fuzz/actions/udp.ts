import { action, type Family, making, methods } from "../action.ts";
import { boolean, loopback, maybe, options, port, writable } from "../legal.ts";
import type { World } from "../world.ts";

/** A group; those of this folder's sockets are not asked to leave the machine. */
const groups = ["239.255.77.1", "239.255.77.2", "ff02::1", "127.0.0.1"];

/** To a peer, or to the one that it is connected to. */
function message(w: World): unknown[] {
  return w.chance(1, 5) ? [writable(w)] : [writable(w), loopback(w), port(w)];
}

function membership(w: World): unknown[] {
  const more = {
    interfaceAddress: () => w.random.pick(["127.0.0.1", "::1"]),
    sourceAddress: () => loopback(w),
  };
  return [w.random.pick(groups), ...maybe(w, () => options(w, more))];
}

export const udp: Family = {
  name: "udp",
  weight: 16,
  actions: [
    making("udp", 8, (w) =>
      maybe(w, () =>
        options(w, {
          datagramBytesMax: () => w.random.pick([100, 1000, 16000, 65507]),
          recvmmsg: () => boolean(w),
        }))),
    ...methods("udp", {
      bind: {
        weight: 8,
        with: (w) => [
          loopback(w),
          w.chance(2, 3) ? 0 : port(w),
          ...maybe(w, () =>
            options(w, {
              ipv6Only: () => boolean(w),
              reuseAddress: () => boolean(w),
              reusePort: () => boolean(w),
            })),
        ],
      },
      open: { weight: 3, with: (w) => [w.descriptors.pick(w.random, "udp", "datagrams")] },
      connect: { weight: 4, with: (w) => [loopback(w), port(w)] },
      disconnect: { weight: 2 },
      send: { weight: 16, with: message },
      trySend: { weight: 6, with: message },
      reply: { weight: 6, with: (w) => [writable(w)] },
      requestSent: { weight: 3 },
      receiveStart: { weight: 10 },
      receiveStop: { weight: 2 },
      localAddress: { weight: 1 },
      remoteAddress: { weight: 1 },
      joinGroup: { weight: 2, with: membership },
      leaveGroup: { weight: 2, with: membership },
      multicastLoop: { weight: 1, with: (w) => [boolean(w)] },
      multicastTtl: { weight: 1, with: (w) => [w.random.below(256)] },
      multicastInterface: { weight: 1, with: (w) => [w.random.pick(["127.0.0.1", "::1"])] },
      broadcast: { weight: 1, with: (w) => [boolean(w)] },
      ttl: { weight: 1, with: (w) => [w.random.between(1, 255)] },
      close: { weight: 3 },
      "get state": { weight: 1 },
      "get sendQueueCount": { weight: 1 },
      "get sendQueueSize": { weight: 1 },
    }),
    action("udp.send many", 3, (w) => {
      const target = w.take("udp");
      for (let left = w.random.between(2, 40); left > 0; left--) {
        w.call(target, "send", message(w));
      }
    }),
  ],
};

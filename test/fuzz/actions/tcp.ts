import { action, type Family, making, methods } from "../action.ts";
import { boolean, loopback, maybe, options, port } from "../legal.ts";
import { streamMethods, writeBurst } from "./stream.ts";

export const tcp: Family = {
  name: "tcp",
  weight: 20,
  actions: [
    making("tcp", 8),
    action("tcp pair", 8, (w) => {
      const listener = w.call(w.scope(), "tcp", []) as { localAddress(): { port: number } };
      if (listener === undefined) return;
      w.keep("tcp", listener);
      w.call(listener, "bind", ["127.0.0.1", 0]);
      w.call(listener, "listen", []);
      const client = w.call(w.scope(), "tcp", []) as object | undefined;
      if (client === undefined) return;
      w.keep("tcp", client);
      w.attempt("connect to it", () => {
        (client as { connect(...to: unknown[]): void }).connect(
          "127.0.0.1",
          listener.localAddress().port,
        );
      });
    }),
    ...streamMethods("tcp"),
    writeBurst("tcp"),
    ...methods("tcp", {
      bind: {
        weight: 6,
        with: (w) => [
          loopback(w),
          w.chance(1, 2) ? 0 : port(w),
          ...maybe(
            w,
            () => options(w, { ipv6Only: () => boolean(w), reusePort: () => boolean(w) }),
          ),
        ],
      },
      connect: { weight: 6, with: (w) => [loopback(w), port(w)] },
      open: {
        weight: 3,
        with: (w) => [w.descriptors.pick(w.random, "tcp", "connected", "socket")],
      },
      nodelay: { weight: 1, with: (w) => [boolean(w)] },
      keepalive: {
        weight: 1,
        with: (w) => [boolean(w), ...maybe(w, () => w.random.between(1, 100))],
      },
      simultaneousAccepts: { weight: 1, with: (w) => [boolean(w)] },
      localAddress: { weight: 1 },
      remoteAddress: { weight: 1 },
      closeReset: { weight: 2 },
    }),
    action("tcp.detach", 2, (w) => {
      const fd = w.call(w.take("tcp"), "detach", []);
      if (typeof fd === "number") w.descriptors.add(fd);
    }),
  ],
};

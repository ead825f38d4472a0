import { action, type Family, making, methods } from "../action.ts";
import { boolean, maybe, writable } from "../legal.ts";
import type { World } from "../world.ts";
import { streamMethods, writeBurst } from "./stream.ts";

/** A name in the folder, or of the abstract namespace. */
function pipeName(w: World): string {
  const name = w.random.pick(["p1", "p2", "p3"]);
  return w.chance(1, 3) ? `\0rotor-uv-fuzz-${w.folder}-${name}` : `${w.folder}/${name}`;
}

/** Both ends of a connection, over which handles may be passed. */
const pair = action("pipe pair", 6, (w) => {
  for (const fd of w.descriptors.pair()) {
    const pipe = w.call(w.scope(), "pipe", [{ ipc: boolean(w) }]) as object | undefined;
    if (pipe === undefined) return;
    w.keep("pipe", pipe);
    w.call(pipe, "open", [fd]);
  }
});

export const pipe: Family = {
  name: "pipe",
  weight: 16,
  actions: [
    making("pipe", 8, (w) => maybe(w, () => ({ ipc: boolean(w) }))),
    pair,
    ...streamMethods("pipe"),
    writeBurst("pipe"),
    ...methods("pipe", {
      bind: { weight: 6, with: (w) => [pipeName(w)] },
      connect: { weight: 6, with: (w) => [pipeName(w)] },
      open: { weight: 4, with: (w) => [w.descriptors.pick(w.random, "socket", "pipe")] },
      sendHandle: {
        weight: 8,
        with: (w) => [w.takeOf("tcp", "pipe", "udp"), writable(w)],
      },
      chmod: { weight: 1, with: (w) => [w.random.pick(["readable", "writable", "both"])] },
      localName: { weight: 1 },
      remoteName: { weight: 1 },
      "get ipc": { weight: 1 },
    }),
  ],
};

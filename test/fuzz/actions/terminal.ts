import { action, type Family, making, methods } from "../action.ts";
import { guessHandle } from "../../../src/mod.ts";
import { streamMethods } from "./stream.ts";

export const terminal: Family = {
  name: "tty",
  weight: 5,
  actions: [
    making("tty", 6, (w) => [w.descriptors.pick(w.random, "terminal")]),
    ...streamMethods("tty"),
    ...methods("tty", {
      setMode: { weight: 6, with: (w) => [w.random.pick(["normal", "raw", "io", "rawVt"])] },
      windowSize: { weight: 2 },
      "get mode": { weight: 1 },
    }),
    action("guessHandle", 2, (w) => {
      const args = w.arguments([w.descriptors.pick(w.random, "terminal", "pipe", "file")]);
      w.attempt("guessHandle", () => guessHandle(args[0] as number));
    }),
    action("close a descriptor", 4, (w) => w.descriptors.closeOne(w.random)),
  ],
};

/** Handles that wait for something else than bytes. */
import process from "node:process";
import { action, type Family, making, methods } from "../action.ts";
import { boolean, harmlessSignal, maybe, options, path, shortMs } from "../legal.ts";

const closing = { close: { weight: 3 }, "get state": { weight: 1 }, "get kind": { weight: 1 } };
const hook = {
  start: { weight: 6 },
  stop: { weight: 3 },
  "get isActive": { weight: 1 },
  ...closing,
};

export const timer: Family = {
  name: "timer",
  weight: 6,
  actions: [
    making("timer", 6),
    ...methods("timer", {
      ...hook,
      start: { weight: 10, with: (w) => [shortMs(w), ...maybe(w, () => shortMs(w))] },
      again: { weight: 3 },
      "get repeatMs": { weight: 1 },
      "get dueInMs": { weight: 1 },
    }),
    action("timer.repeatMs =", 2, (w) => {
      const target = w.take("timer");
      const [value] = w.arguments([shortMs(w)]);
      if (target === undefined) return;
      w.attempt("set repeatMs", () => Reflect.set(target, "repeatMs", value, target));
    }),
  ],
};

export const hooks: Family = {
  name: "hooks",
  weight: 6,
  actions: ["prepare", "check", "idle"].flatMap((
    kind,
  ) => [making(kind, 4), ...methods(kind, hook)]),
};

export const asyncs: Family = {
  name: "async",
  weight: 4,
  actions: [making("async", 4), ...methods("async", { send: { weight: 8 }, ...closing })],
};

export const signal: Family = {
  name: "signal",
  weight: 6,
  actions: [
    making("signal", 4),
    ...methods("signal", {
      start: {
        weight: 8,
        with: (w) => [
          w.random.pick([harmlessSignal(w), harmlessSignal(w), "SIGUSR2", "SIGKILL", "SIGSEGV"]),
          ...maybe(w, () => options(w, { once: () => boolean(w) })),
        ],
      },
      stop: { weight: 3 },
      ...closing,
    }),
    action("raise", 6, (w) => {
      const name = harmlessSignal(w);
      w.attempt(`raise ${name}`, () => process.kill(process.pid, name));
    }),
  ],
};

export const poll: Family = {
  name: "poll",
  weight: 6,
  actions: [
    making("poll", 6, (w) => [
      w.descriptors.pick(w.random, "socket", "pipe", "datagrams", "connected"),
    ]),
    ...methods("poll", {
      ...hook,
      start: {
        weight: 8,
        with: (w) => [
          options(w, {
            readable: () => true,
            writable: () => true,
            disconnect: () => boolean(w),
            prioritized: () => boolean(w),
          }),
        ],
      },
    }),
  ],
};

export const fsWatchers: Family = {
  name: "fsWatchers",
  weight: 6,
  actions: [
    making("fsEvent", 4),
    ...methods("fsEvent", {
      ...hook,
      start: {
        weight: 8,
        with: (w) => [
          w.chance(1, 2) ? w.folder : path(w),
          ...maybe(w, () => options(w, { recursive: () => boolean(w) })),
        ],
      },
      path: { weight: 2 },
    }),
    making("fsPoll", 4),
    ...methods("fsPoll", {
      ...hook,
      start: { weight: 8, with: (w) => [path(w), w.random.between(1, 3)] },
      path: { weight: 2 },
    }),
  ],
};

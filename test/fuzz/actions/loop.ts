import {
  type EarlyScope,
  type Loop,
  Loop as LoopClass,
  type Machine,
  Session,
} from "../../../src/mod.ts";
import { notifierFrom, ok } from "../../../src/mod.ts";
import { Actor } from "../actor.ts";
import { action, type Family, methods } from "../action.ts";
import { HostileError } from "../verdict.ts";
import { abortSignal, loopback, maybe, options, shortMs } from "../legal.ts";
import type { World } from "../world.ts";

/** A constructor of a machine, mostly one that makes one. */
function constructor_(w: World): unknown {
  return w.oneOf<unknown>(
    () => (scope: never) => Actor.start(w, scope),
    () => (scope: never) => Actor.start(w, scope),
    () => () => undefined,
    () => () => ok(3 as unknown as Machine),
    () => () => {
      throw new RangeError("a constructor that throws");
    },
  );
}

/** Options of a loop; all may be hostile. */
function loopOptions(w: World): Record<string, unknown> {
  const value = (legal: unknown) => () => w.arguments([legal], true)[0];
  return options(w, {
    slabCapacity: value(4),
    blockBytes: value(1024),
    largeBlockBytes: value(4096),
    poolBytesMax: value(65536),
    slabIdleMs: value(1000),
    leakLevel: value("simple"),
    acceptsPerTurn: value(3),
    onError: value(() => {}),
    traceHandles: value(true),
  });
}

export const loops: Family = {
  name: "loop",
  weight: 8,
  actions: [
    ...methods("loop", {
      addMachine: { weight: 10, with: (w) => [constructor_(w)] },
      run: { weight: 2 },
      stop: { weight: 1 },
      metrics: { weight: 2 },
      leaks: { weight: 1 },
      ref: { weight: 1 },
      unref: { weight: 1 },
      "get state": { weight: 1 },
      "get now": { weight: 1 },
      "get context": { weight: 1 },
      "get machines": { weight: 1 },
    }),
    action("loop.pump", 1, (w) => {
      const loop = w.loop as Loop<unknown>;
      // One that is idle would be left running: what it is given is always wrong.
      const wrong = { signal: w.random.pick([1, {}, "x", true, null]) };
      w.attempt("pump", () => loop.state === "idle" ? loop.pump(wrong as never) : loop.pump());
    }),
    action("loop.close", 1, (w) => {
      if (w.chance(1, 5)) w.call(w.loop, "close", []);
    }),
    action("Loop.create", 2, (w) => {
      const args = w.arguments([loopOptions(w)], true) as [object];
      const creator = w.attempt("Loop.create", () => LoopClass.create(...args));
      if (creator === undefined) return;
      w.call(creator, "addMachine", [() => ok({})]);
      w.closers.push(() => creator[Symbol.dispose]());
      if (w.chance(1, 2)) return;
      const loop = w.call(creator, "instantiate", [undefined]) as Loop<unknown> | undefined;
      if (loop !== undefined) w.closers.push(() => loop.close());
    }),
  ],
};

export const scopes: Family = {
  name: "scope",
  weight: 8,
  actions: [
    action("register", 8, (w) => {
      const thing = w.takeOf("tcp", "pipe", "udp", "timer", "async", "signal", "process", "file");
      w.call(w.scope(), "register", [thing]);
    }),
    action("after", 1, (w) => void w.call(w.scope(), "after", [shortMs(w)])),
    action("setDeadline", 4, (w) => {
      const scope = w.scope();
      const nowMs = w.attempt("now", () => scope?.now) ?? 0;
      w.call(scope, "setDeadline", [w.random.pick(["a", "b"]), nowMs + shortMs(w)]);
    }),
    action("clearDeadline", 2, (w) => {
      w.call(w.scope(), "clearDeadline", [w.random.pick(["a", "b"])]);
    }),
    action("wakeWhenRoom", 2, (w) => void w.call(w.scope(), "wakeWhenRoom", [])),
    action("report", 1, (w) => void w.call(w.scope(), "report", [new RangeError("reported")])),
    action("shutdownLoop", 1, (w) => void w.call(w.scope(), "shutdownLoop", [])),
    action("context", 1, (w) => {
      const scope = w.scope();
      if (scope !== undefined) w.read(scope, "context");
    }),
    action("notifier", 2, (w) => {
      const made = w.call(w.scope(), "notifier", []);
      if (made !== undefined) w.keep("notifier", made);
    }),
    ...methods("notifier", {
      wakeup: { weight: 6 },
      address: { weight: 2, keep: "address" },
    }),
    action("notifierFrom", 2, (w) => {
      const args = w.arguments([w.take("address") ?? spoiledAddress(w)]) as [never];
      const made = w.attempt("notifierFrom", () => notifierFrom(...args));
      if (made !== undefined) w.keep("notifier", made);
    }),
    ...methods("event", {
      "get bytes": {},
      "get error": {},
      "get handle": { weight: 1 },
      "get peer": {},
      "get block": { weight: 1 },
    }),
  ],
};

function spoiledAddress(w: World): unknown {
  const control = new SharedArrayBuffer(w.random.pick([0, 8, 64, 4096]));
  return { control, slot: w.random.pick([-1, 0, 1, 2 ** 31]), generation: w.random.below(3) };
}

/** Requests of a session; those that ask others are not among them. */
const asks: readonly ((scope: EarlyScope, w: World) => unknown)[] = [
  (scope) => scope.resolve("127.0.0.1"),
  (scope, w) => scope.nameinfo(loopback(w), 0),
  (scope) => scope.random(8),
  (scope, w) => scope.fs.stat(w.folder),
  (scope, w) => scope.fs.scandir(w.folder),
  () => undefined,
  () => ({}),
  () => {
    throw new RangeError("a request that throws");
  },
];

export const sessions: Family = {
  name: "session",
  weight: 3,
  actions: [
    action("Session.open", 3, (w) => {
      const args = w.arguments([w.loop]) as [Loop<unknown>];
      const session = w.attempt("Session.open", () => Session.open(...args));
      if (session === undefined) return;
      w.keep("session", session);
      w.enders.push(() => session.close());
    }),
    ...methods("session", {
      request: {
        weight: 12,
        with: (w) => {
          const ask = w.random.pick(asks);
          const start = (scope: EarlyScope): unknown => ask(scope, w);
          return [start, ...maybe(w, () => options(w, { signal: () => abortSignal(w) }))];
        },
      },
      close: { weight: 1 },
    }),
    ...methods("controller", { abort: { weight: 4, with: () => [new HostileError("aborted")] } }),
  ],
};

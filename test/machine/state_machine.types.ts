/**
 * What must not compile. `tsc` is the test: a line below `@ts-expect-error` that has no error is
 * one itself. Nothing here runs.
 */
import { done, error, ok, type Scope, spawn, stateMachine } from "../../src/mod.ts";

type Lamp = { readonly kind: "off" } | { readonly kind: "on"; readonly sinceMs: number };
interface Context {
  readonly limitMs: number;
}

const off = { wakeup: ["on"] } as const;
const on = { wakeup: ["off"], timeout: ["off", "done"] } as const;
const transitions = { off, on } as const;

const define = stateMachine<Lamp, Context>();
const handleOff = {
  wakeup: (_state: Lamp, scope: Scope) => ok({ kind: "on", sinceMs: scope.now }),
};
const handleOn = { wakeup: () => ok({ kind: "off" }), timeout: () => done() };

// What is right compiles: with what a handler is given inferred, and both ways on.
define({ off: { wakeup: ["on"] }, on: { wakeup: ["off"], timeout: ["off", "done"] } }, {
  off: {
    wakeup: (_state, scope) =>
      ok({ kind: "on", sinceMs: scope.now }).deadline(scope.now + scope.context.limitMs),
  },
  on: {
    wakeup: (state, scope) => scope.now > state.sinceMs ? ok({ kind: "off" }) : ok(),
    timeout: (_state, _scope, name) => {
      if (name === "fuse") return error(new Error(name.toUpperCase()));
      return name === undefined ? done() : ok({ kind: "off" });
    },
  },
});
define(transitions, { off: handleOff, on: handleOn }, { dispose: (state) => state.kind });

// The transitions.

// @ts-expect-error the state `on` is missing
define({ off: { wakeup: [] } }, { off: { wakeup: () => ok() } });

// @ts-expect-error there is no state `broken`
define({ off, on, broken: {} }, { off: handleOff, on: handleOn, broken: {} });

// @ts-expect-error there is no event `switched`
define({ off: { switched: [] }, on: {} }, { off: { switched: () => ok() }, on: {} });

// @ts-expect-error an event cannot lead to `broken`
define({ off: { wakeup: ["broken"] }, on: {} }, { off: { wakeup: () => ok() }, on: {} });

// @ts-expect-error no state may be called `done`
stateMachine<{ readonly kind: "done" }>()({ done: {} }, { done: {} });

// The handlers.

// @ts-expect-error the handlers of `on` are missing
define(transitions, { off: handleOff });

// @ts-expect-error the handler for `timeout` in `on` is missing
define(transitions, { off: handleOff, on: { wakeup: () => ok() } });

// @ts-expect-error `off` has no event `timeout`
define(transitions, { off: { ...handleOff, timeout: () => ok() }, on: handleOn });

define({ off: { read: [], connection: [] }, on: {} }, {
  off: {
    read: (_state, _scope, event) => {
      event.block.retain();
      return ok();
    },
    connection: (_state, _scope, event) => {
      // @ts-expect-error a `connection` has no block
      event.block.retain();
      return ok();
    },
  },
  on: {},
});

define({ off: { wakeup: [] }, on: {} }, {
  off: {
    wakeup: (state) => {
      // @ts-expect-error the state is `off`, which has no time
      state.sinceMs;
      return ok();
    },
  },
  on: {},
});

// The answers.

const wrong = { kind: "on", sinceMs: 0 } as const;

// @ts-expect-error `timeout` does not lead from `on` to `on`
define(transitions, { off: handleOff, on: { ...handleOn, timeout: () => ok(wrong) } });

// @ts-expect-error nor with a deadline
define(transitions, { off: handleOff, on: { ...handleOn, timeout: () => ok(wrong).deadline(1) } });

// @ts-expect-error nor on one way of two
define(transitions, { off: handleOff, on: { ...handleOn, wakeup: (s) => s ? ok() : ok(wrong) } });

// @ts-expect-error the state `on` needs `sinceMs`
define({ off, on: {} }, { off: { wakeup: () => ok({ kind: "on" }) }, on: {} });

// @ts-expect-error `wakeup` does not lead from `off` to the end
define({ off, on: {} }, { off: { wakeup: () => done() }, on: {} });

// @ts-expect-error a handler is synchronous
define({ off, on: {} }, { off: { wakeup: async () => await ok() }, on: {} });

// @ts-expect-error a handler answers
define({ off, on: {} }, { off: { wakeup: () => {} }, on: {} });

// @ts-expect-error a machine without seeds does not spawn
define({ off, on: {} }, { off: { wakeup: () => spawn(1) }, on: {} });

// Spawning.

const defineParent = stateMachine<Lamp, unknown, number>();
const create = (seed: number) => seed > 0 ? ok({}) : done();

defineParent({ off: { wakeup: ["on"], spawnError: [] }, on: {} }, {
  off: {
    wakeup: () => spawn(1, { kind: "on", sinceMs: 0 }),
    spawnError: (_state, _scope, { seed }) => spawn(seed + 1),
  },
  on: {},
}, { create });

// @ts-expect-error a machine that spawns has a `create`
defineParent({ off: {}, on: {} }, { off: {}, on: {} });

// @ts-expect-error the seed is a number
defineParent({ off, on: {} }, { off: { wakeup: () => spawn("1") }, on: {} }, { create });

// @ts-expect-error spawning leads from `on` to `on` no more than `ok` does
defineParent({ off: {}, on }, { off: {}, on: { ...handleOn, wakeup: () => spawn(1, wrong) } }, {
  create,
});

// The machine.

const lamp = define(transitions, { off: handleOff, on: handleOn });
lamp.machine({ kind: "on", sinceMs: 0 }).state.kind satisfies "off" | "on";

// @ts-expect-error there is no state `broken`
lamp.start({ kind: "broken" });

// @ts-expect-error the first deadline is given to `start`
lamp.start({ kind: "off" }).deadline(1);

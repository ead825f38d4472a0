/**
 * What must not compile. `tsc` is the test: a line below `@ts-expect-error` that has no error is
 * one itself. Nothing here runs.
 */
import {
  abort,
  done,
  error,
  expectAny,
  expectBytes,
  ok,
  sleep,
  spawn,
  stateProtocol,
  type Transport,
  unchanged,
} from "../../src/mod.ts";

type Parser =
  | { readonly kind: "head" }
  | { readonly kind: "body"; readonly byteLength: number };
interface Context {
  readonly limitMs: number;
}

const transitions = {
  head: { bytesRead: ["body"] },
  body: { bytesRead: ["head"], timeout: ["head", "done"], readError: ["done"] },
} as const;

const define = stateProtocol<Parser, Context>();
const expected = {
  head: () => expectBytes(2),
  body: ({ byteLength }: { byteLength: number }) => expectBytes(byteLength),
};
const head = { bytesRead: () => ok({ kind: "body", byteLength: 3 }) };
const body = {
  bytesRead: () => ok({ kind: "head" }),
  timeout: () => done(),
  readError: () => done(),
};

// What is right compiles: with what a handler is given inferred, and all ways on.
define(
  {
    head: { bytesRead: ["body"], wakeup: [] },
    body: { bytesRead: ["head"], timeout: ["head", "done"], readError: ["done"], ready: [] },
  },
  { head: () => sleep().orFlushed(3), body: ({ byteLength }) => expectBytes(byteLength) },
  {
    head: {
      bytesRead(_state, { input, output }, end, scope) {
        output.forward(input, end);
        const next = { kind: "body", byteLength: end } as const;
        return ok(next).deadline(scope.after(scope.context.limitMs));
      },
      wakeup: (_state, transport) => transport.hasEnded ? abort() : ok(),
    },
    body: {
      bytesRead: ({ byteLength }, _transport, end) =>
        end === byteLength ? ok({ kind: "head" }) : ok(),
      timeout: (_state, _transport, name) => {
        if (name === "fuse") return error(new Error(name.toUpperCase()));
        return name === undefined ? done() : ok({ kind: "head" });
      },
      readError: (_state, _transport, { code }) => code === "ECONNRESET" ? done() : ok(),
      ready: (_state, _transport, event) => event.kind === "timer" ? ok() : ok(),
    },
  },
  { fatal: (state, { kind }) => `${state.kind} ${kind}`, dispose: ({ kind }) => void kind },
);
define(transitions, expected, { head, body });

// The transitions.

// @ts-expect-error the state `body` is missing
define({ head: {} }, expected, { head: {} });

// @ts-expect-error there is no state `tail`
define({ head: {}, body: {}, tail: {} }, expected, { head: {}, body: {}, tail: {} });

// @ts-expect-error there is no event `read`: that is one of a machine
define({ head: { read: [] }, body: {} }, expected, { head: { read: () => ok() }, body: {} });

// @ts-expect-error `exception` is told by its kinds
define({ head: { exception: [] }, body: {} }, expected, {
  head: { exception: () => ok() },
  body: {},
});

// @ts-expect-error an event cannot lead to `tail`
define({ head: { wakeup: ["tail"] }, body: {} }, expected, {
  head: { wakeup: () => ok() },
  body: {},
});

// @ts-expect-error no state may be called `done`
stateProtocol<{ readonly kind: "done" }>()({ done: {} }, { done: () => sleep() }, { done: {} });

// The expectations.

// @ts-expect-error `body` does not say what it expects
define(transitions, { head: expected.head }, { head, body });

// @ts-expect-error there is no state `tail` to expect something
define(transitions, { ...expected, tail: () => sleep() }, { head, body });

// @ts-expect-error an expectation is none of the answers
define(transitions, { ...expected, head: () => done() }, { head, body });

// @ts-expect-error `unchanged()` is no expectation
define(transitions, { ...expected, head: () => unchanged() }, { head, body });

// @ts-expect-error it is a function
define(transitions, { ...expected, head: expectAny() }, { head, body });

// @ts-expect-error the state `head` has no `byteLength`
define(transitions, { ...expected, head: ({ byteLength }) => expectBytes(byteLength) }, {
  head,
  body,
});

// The handlers.

// @ts-expect-error the handlers of `body` are missing
define(transitions, expected, { head });

const noTimeout = { bytesRead: body.bytesRead, readError: body.readError };

// @ts-expect-error the handler for `timeout` in `body` is missing
define(transitions, expected, { head, body: noTimeout });

// @ts-expect-error `head` has no event `timeout`
define(transitions, expected, { head: { ...head, timeout: () => ok() }, body });

define({ head: { bytesRead: [], wakeup: [] }, body: {} }, expected, {
  head: {
    bytesRead: (state, { input }, end) => {
      input.consume(end);
      // @ts-expect-error `end` is a number
      end.length;
      // @ts-expect-error the state is `head`, which has no `byteLength`
      state.byteLength;
      return ok();
    },
    wakeup: (_state, _transport, argument, scope) => {
      argument satisfies undefined;
      // @ts-expect-error the context has no `limit`
      scope.context.limit;
      return ok();
    },
  },
  body: {},
});

const wrongArgument = (_state: Parser, _transport: Transport, _end: string) =>
  ok({ kind: "body", byteLength: 3 } as const);

// @ts-expect-error `bytesRead` is given a number
define(transitions, expected, { head: { bytesRead: wrongArgument }, body });

// The answers.

const self = { kind: "head" } as const;

// @ts-expect-error `bytesRead` does not lead from `head` to `head`
define(transitions, expected, { head: { bytesRead: () => ok(self) }, body });

// @ts-expect-error nor with a deadline
define(transitions, expected, { head: { bytesRead: () => ok(self).deadline(1) }, body });

// @ts-expect-error nor to the end
define(transitions, expected, { head: { bytesRead: () => done() }, body });

// @ts-expect-error the state `body` needs `byteLength`
define(transitions, expected, { head: { bytesRead: () => ok({ kind: "body" }) }, body });

// @ts-expect-error a handler says where it goes, not what is expected there
define(transitions, expected, { head: { bytesRead: () => expectBytes(3) }, body });

// @ts-expect-error nor `unchanged()`: that is `ok()`
define(transitions, expected, { head: { bytesRead: () => unchanged() }, body });

// @ts-expect-error a protocol does not spawn
define(transitions, expected, { head: { bytesRead: () => spawn(1) }, body });

// @ts-expect-error a handler is synchronous
define(transitions, expected, { head: { bytesRead: async () => await ok() }, body });

// @ts-expect-error a handler answers
define(transitions, expected, { head: { bytesRead: () => {} }, body });

// The protocol.

const parser = define(transitions, expected, { head, body });
parser.protocol({ kind: "head" }).state.kind satisfies "head" | "body";

// @ts-expect-error there is no state `tail`
parser.protocol({ kind: "tail" });

// @ts-expect-error the state `body` needs `byteLength`
parser.protocol({ kind: "body" });

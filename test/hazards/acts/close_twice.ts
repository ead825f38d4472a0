/** `uv_close` twice: SIGABRT. */
import { type Directory, done, type File, type Handle, Session } from "../../../src/mod.ts";
import { play, run } from "../../fixtures/handle_machine.ts";
import { asTcp, connectPair, type End, waitForEnd } from "../../fixtures/handle_transport.ts";
import type { LoopTest } from "../../harness.ts";
import { type Act, act, type Acts, actsOn, live, refusal, rejection } from "../act.ts";
import { everyHandle, type MakeHandle } from "../every_handle.ts";

const CLOSING = "closing: ClosedError";
const CLOSED = "closed: ClosedError";

/** Tells what comes of closing a handle. */
function note(t: LoopTest, handle: Handle): void {
  t.events.push(`${handle.state}: ${refusal(() => handle.close())}`);
}

/** Closes a handle while it is closing, when it is closed, and when its loop is. */
function closeAgain(make: MakeHandle): Act {
  return act([CLOSING, CLOSED, CLOSED], (t) => {
    let handle!: Handle;
    play(t, (scope) => {
      handle = make(scope);
      handle.close();
      note(t, handle);
      return {
        closed(event) {
          if (event.handle !== handle) return;
          note(t, handle);
          return done();
        },
        end: () => {}, // of a stream whose peer this was
        read: () => {},
      };
    });
    run(t);
    t.loop.close();
    note(t, handle);
  });
}

/** Closes the handle of a machine that has ended, which has closed it. */
function closeOfTheDead(make: MakeHandle): Act {
  return act([CLOSING, CLOSED], (t) => {
    let handle!: Handle;
    live(t, (scope) => {
      handle = make(scope);
      return { dispose: () => note(t, handle) };
    });
    note(t, handle);
  });
}

/** An end that closes its stream in two ways, in all orders. */
function closing(t: LoopTest, ...ways: readonly ("close" | "closeReset")[]): End {
  return (stream) => {
    const tcp = asTcp(stream);
    for (const way of ways) t.events.push(`${way}: ${refusal(() => tcp[way]())}`);
    return {
      closed() {
        for (const way of ways) t.events.push(`${way}: ${refusal(() => tcp[way]())}`);
        return done();
      },
    };
  };
}

const ofTheDead = Object.fromEntries(
  Object.entries(everyHandle).map(([name, make]) => [`${name}, of a machine that has ended`, make]),
);

export const acts: Acts = {
  ...actsOn(everyHandle, closeAgain),
  ...actsOn(ofTheDead, closeOfTheDead),

  "a timer in its own event": act([CLOSING], (t) => {
    play(t, (scope) => {
      scope.timer().start(0, 1);
      return {
        timer({ handle }) {
          handle.close();
          note(t, handle);
          return done();
        },
      };
    });
    run(t);
  }),

  "a listener and its connection in the event": act([CLOSING, CLOSING], (t) => {
    play(t, (scope) => {
      const listener = scope.tcp();
      listener.bind("127.0.0.1", 0);
      listener.listen();
      scope.tcp().connect("127.0.0.1", listener.localAddress().port);
      return {
        connected: () => {},
        connection({ handle, stream }) {
          for (const each of [handle, stream]) {
            each.close();
            note(t, each);
          }
          return done();
        },
      };
    });
    run(t);
  }),

  "a connection, then its reset": act([
    "close: allowed",
    "closeReset: ClosedError",
    "close: ClosedError",
    "closeReset: ClosedError",
  ], (t) => {
    connectPair(t, { server: waitForEnd, client: closing(t, "close", "closeReset") });
    run(t);
  }),

  "the reset of a connection, then its end": act([
    "closeReset: allowed",
    "close: ClosedError",
    "closeReset: ClosedError",
    "close: ClosedError",
  ], (t) => {
    connectPair(t, { server: waitForEnd, client: closing(t, "closeReset", "close") });
    run(t);
  }),

  "a file and a directory": act(["ClosedError", "ClosedError"], (t) => {
    const close = (what: File | Directory): void => void what.close();
    play(t, (scope) => {
      scope.fs.open(import.meta.filename as string);
      scope.fs.opendir("/");
      let left = 4;
      return {
        fs({ request }) {
          const { operation } = request;
          if (operation === "open" || operation === "opendir") {
            close(request.result);
            t.events.push(refusal(() => close(request.result)));
          }
          if (--left === 0) return done();
        },
      };
    });
    run(t);
  }),

  "a session, with a request under way": act(["ClosedError"], async (t) => {
    const session = Session.open(t.loop);
    const answer = rejection(session.request((scope) => scope.random(1)));
    session.close();
    session.close();
    await t.loop.pump();
    session.close();
    t.events.push(await answer);
  }),
};

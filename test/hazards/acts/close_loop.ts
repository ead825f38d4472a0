/** `uv_loop_close` of a busy loop, or twice: EBUSY. */
import { Loop, ok, type Scope, Session } from "../../../src/mod.ts";
import { act, type Acts, actsOn, live, refusal, rejection } from "../act.ts";
import { everyHandle } from "../every_handle.ts";

/** What a loop may be busy with. */
const businesses: Readonly<Record<string, (scope: Scope) => unknown>> = {
  ...everyHandle,
  "a lookup": (scope) => scope.resolve("localhost"),
  "a request of a file": (scope) => scope.fs.stat("/"),
  "an open file": (scope) => scope.fs.open("/proc/self/exe"),
  "random bytes": (scope) => scope.random(1000),
  "a deadline": (scope) => scope.setDeadline("never", scope.after(60_000)),
  "a child and its pipes": (scope) =>
    scope.process({ file: "cat", stdio: [{ pipe: "toChild" }, { pipe: "fromChild" }] }),
};

export const acts: Acts = {
  ...actsOn(businesses, (start) =>
    act(["StateError", "allowed", "ClosedError", "closed"], (t) => {
      t.loop.addMachine((scope) => {
        start(scope);
        scope.setDeadline("in the loop", scope.now);
        return ok({
          ready: () => ok(),
          timeout() {
            t.events.push(refusal(() => t.loop.close()));
            t.loop.stop();
            return ok();
          },
        });
      });
      t.loop.run();
      t.events.push(refusal(() => t.loop.close()), refusal(() => t.loop.close()), t.loop.state);
    })),

  "a loop that is closed before it runs": act(["allowed", "ClosedError"], (t) => {
    t.events.push(refusal(() => t.loop.close()), refusal(() => t.loop.close()));
  }),

  "a loop that is pumped": act(["StateError", "allowed", "ClosedError"], async (t) => {
    const session = Session.open(t.loop);
    const pumping = t.loop.pump();
    t.events.push(refusal(() => t.loop.close()));
    session.close();
    await pumping;
    t.events.push(refusal(() => t.loop.close()), await rejection(t.loop.pump()));
  }),

  "a loop that closes itself as it closes": act(["ClosedError", "closed"], (t) => {
    t.loop.addMachine(() =>
      ok({ dispose: () => void t.events.push(refusal(() => t.loop.close())) })
    );
    t.loop.close();
    t.events.push(t.loop.state);
  }),

  "a creator that is used twice": act(["StateError", "allowed"], (t) => {
    const creator = Loop.create();
    using loop = creator.instantiate(undefined);
    t.events.push(refusal(() => creator.instantiate(undefined)));
    t.events.push(refusal(() => creator[Symbol.dispose]()));
    loop.run();
  }),

  "a loop in a handler of another": act(["StateError", "allowed"], (t) => {
    const other = Loop.create().instantiate(undefined);
    live(t, () => ({
      dispose() {
        t.events.push(refusal(() => t.loop.run()), refusal(() => other.close()));
      },
    }));
  }),
};

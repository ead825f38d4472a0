/** Handle memory freed before `close_cb`: silent corruption. */
import { type Handle, type IoEvent, Loop, ok, type Scope } from "../../../src/mod.ts";
import { collectGarbage } from "../../fixtures/garbage.ts";
import { act, type Acts, actsOn, live, refusal } from "../act.ts";
import { everyHandle } from "../every_handle.ts";

const ROUNDS = 3;

/** Opens a loop with one machine, which is set up, and closes it at once. */
function closeAround(setUp: (scope: Scope) => void): void {
  using loop = Loop.create().instantiate(undefined);
  loop.addMachine((scope) => {
    setUp(scope);
    return ok({ ready: () => ok() });
  });
}

export const acts: Acts = {
  ...actsOn(everyHandle, (make) =>
    act([], () => {
      for (let round = 0; round < ROUNDS; round++) {
        closeAround((scope) => void make(scope));
        closeAround((scope) => make(scope).close());
      }
    })),

  "a closed handle whose memory has another": act([], (t) => {
    live(t, (scope) => {
      for (let round = 0; round < ROUNDS; round++) {
        for (const make of Object.values(everyHandle)) make(scope).close();
      }
    });
    live(t, (scope) => {
      for (const make of Object.values(everyHandle)) make(scope);
    });
  }),

  "handles that nobody keeps": act(["timer 3"], (t) => {
    let timers = 0;
    t.loop.addMachine((scope) => {
      for (const make of Object.values(everyHandle)) make(scope);
      for (let i = 0; i < 3; i++) scope.timer().start(i);
      collectGarbage();
      return ok({
        ready({ kind }: IoEvent) {
          if (kind !== "timer" || ++timers < 3) return ok();
          collectGarbage();
          t.events.push(`timer ${timers}`);
          t.loop.stop();
          return ok();
        },
      });
    });
    t.loop.run();
    collectGarbage();
    t.loop.close();
  }),

  "handles of a loop that is closed": act(["closed ClosedError"], (t) => {
    const handles: Handle[] = [];
    closeAround((scope) => {
      for (const make of Object.values(everyHandle)) handles.push(make(scope));
    });
    collectGarbage();
    const told = handles.map((each) => `${each.state} ${refusal(() => each.close())}`);
    t.events.push(...new Set(told));
  }),
};

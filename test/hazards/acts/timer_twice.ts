/** `uv_timer_init` on an active timer: an endless loop. */
import { done, type Timer } from "../../../src/mod.ts";
import { play, run } from "../../fixtures/handle_machine.ts";
import { act, type Acts, live } from "../act.ts";

const MANY = 1000;

export const acts: Acts = {
  "starting an active timer": act(["timer"], (t) => {
    play(t, (scope) => {
      const timer = scope.timer();
      for (let i = MANY; i >= 0; i--) timer.start(i % 3, i % 2);
      timer.start(0);
      return {
        timer({ kind }) {
          t.events.push(kind);
          return done();
        },
      };
    });
    run(t);
  }),

  "starting a timer in its own event": act(["10"], (t) => {
    play(t, (scope) => {
      scope.timer().start(0, 1);
      let count = 0;
      return {
        timer({ handle }) {
          if (++count === 10) {
            t.events.push(`${count}`);
            return done();
          }
          handle.start(0, 1);
          handle.start(0);
        },
      };
    });
    run(t);
  }),

  "a slot that held an active timer": act([`${MANY}`], (t) => {
    play(t, (scope) => {
      let last: Timer = scope.timer();
      let count = 0;
      const next = (): void => {
        last.start(0, 1);
        last.close();
        last = scope.timer();
        last.start(0);
      };
      next();
      return {
        timer({ handle }) {
          if (handle !== last) t.events.push("an event of a closed timer");
          if (++count < MANY) return next();
          t.events.push(`${count}`);
          return done();
        },
      };
    });
    run(t);
  }),

  "machines that end with active timers": act([], (t) => {
    for (let i = 0; i < 100; i++) {
      live(t, (scope) => {
        for (let each = 0; each < 10; each++) scope.timer().start(each, 1);
      });
    }
  }),

  "an interval that is changed while it runs": act(["3"], (t) => {
    play(t, (scope) => {
      scope.timer().start(0, 5);
      let count = 0;
      return {
        timer({ handle }) {
          handle.repeatMs = 1;
          handle.again();
          handle.again();
          if (++count < 3) return;
          t.events.push(`${count}`);
          return done();
        },
      };
    });
    run(t);
  }),

  "deadlines of one name": act(["late"], (t) => {
    play(t, (scope) => {
      for (let i = 0; i < MANY; i++) scope.setDeadline("late", scope.after(i % 7));
      return {
        timeout(_, name) {
          t.events.push(`${name}`);
          return done();
        },
      };
    });
    run(t);
  }),
};

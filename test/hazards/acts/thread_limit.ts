/**
 * The first use of libuv's thread pool where no thread can be started: SIGABRT. Root has no such
 * limit: this file is run as another user.
 */
import { type IoEvent, Loop, NativeFunction, ok, type Scope } from "../../../src/mod.ts";
import { collectGarbage } from "../../fixtures/garbage.ts";
import { forbidThreads } from "../../fixtures/handle_system.ts";
import { act, type Acts, actsOn, type FirstAct, live, refusal } from "../act.ts";

/** Everything that is for a thread of the pool. */
const uses: Readonly<Record<string, (scope: Scope) => unknown>> = {
  resolve: (scope) => scope.resolve("127.0.0.1"),
  nameinfo: (scope) => scope.nameinfo("127.0.0.1", 80),
  random: (scope) => scope.random(8),
  work: (scope) => scope.work(NativeFunction.ofLibuv("uv_hrtime")),
  fs: (scope) => scope.fs.stat("/"),
  fsPoll: (scope) => scope.fsPoll().start("/", 1000),
};

/** Asks for it while no thread can be started, and says what was left of that. */
function withoutThreads(use: (scope: Scope) => unknown): FirstAct {
  return {
    told: ["EAGAIN", "0 requests"],
    body() {
      using loop = Loop.create().instantiate(undefined);
      const told: string[] = [];
      collectGarbage(); // has the runtime start what it compiles and collects with
      loop.addMachine((scope) => {
        // Only for this call: the runtime would not live without the threads that it starts itself.
        const allow = forbidThreads();
        try {
          told.push(refusal(() => use(scope)));
        } finally {
          allow();
        }
        return ok({});
      });
      told.push(`${loop.metrics().requests} requests`);
      return told;
    },
  };
}

export const firsts = Object.fromEntries(
  Object.entries(uses).map(([name, use]) => [`${name}, without threads`, withoutThreads(use)]),
);

export const acts: Acts = {
  ...actsOn(
    uses,
    (use) =>
      act(["allowed"], (t) => live(t, (scope) => void t.events.push(refusal(() => use(scope))))),
  ),

  "the pool, when it has its threads": act(["fs"], (t) => {
    t.loop.addMachine((scope) => {
      const allow = forbidThreads();
      scope.fs.stat("/");
      allow();
      return ok({
        ready({ kind }: IoEvent) {
          t.events.push(kind);
          t.loop.stop();
          return ok();
        },
      });
    });
    t.loop.run();
    t.loop.close();
  }),
};

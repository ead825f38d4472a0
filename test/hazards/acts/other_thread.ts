/** Timer operations from a second thread: silent corruption. */
import { Worker } from "node:worker_threads";
import { done, Loop, LoopThread, type Scope } from "../../../src/mod.ts";
import { act, type Acts, live, refusal, rejection } from "../act.ts";
import { made } from "../every_handle.ts";

const worker = new URL("../receiving_worker.ts", import.meta.url);
const functions = new URL("../../fixtures/thread_functions.ts", import.meta.url);

/** What belongs to one thread. */
function belongings(scope: Scope): Record<string, unknown> {
  const handles = Object.entries(made).map(([name, make]) => [name, make(scope)]);
  return { ...Object.fromEntries(handles), scope, fs: scope.fs, blocks: scope.blocks };
}

/** Ends with the names of what arrived and can be used. */
async function usableThere(values: Record<string, unknown>): Promise<string[]> {
  const there = new Worker(worker);
  const answer = new Promise<string[]>((resolve) => there.once("message", resolve));
  for (const [name, value] of Object.entries(values)) {
    try {
      there.postMessage({ name, value });
    } catch {
      // What cannot be cloned does not leave.
    }
  }
  there.postMessage({ name: "that is all" });
  const usable = await answer;
  await there.terminate();
  return usable;
}

export const acts: Acts = {
  "postMessage to a worker": act([], async (t) => {
    let sent: Promise<string[]> | undefined;
    live(t, (scope) => {
      sent = usableThere({ ...belongings(scope), loop: t.loop });
    });
    t.events.push(...(await sent ?? []));
  }),

  // A loop has private members only: what arrives is an empty object.
  "a call of a loop thread": act(["DataCloneError", "DataCloneError", "allowed"], async (t) => {
    await using thread = await LoopThread.start<
      typeof import("../../fixtures/thread_functions.ts")
    >(functions);
    let calls: Promise<string>[] = [];
    live(t, (scope) => {
      const values: unknown[] = [scope.timer(), scope, t.loop];
      calls = values.map((value) => rejection(thread.call("note", [value])));
    });
    t.events.push(...await Promise.all(calls));
  }),

  "a machine of another loop": act(["TypeError", "ok"], (t) => {
    using other = Loop.create().instantiate(undefined);
    live(t, (scope) => {
      const timer = scope.timer();
      other.addMachine((stranger) => {
        t.events.push(refusal(() => stranger.register(timer)));
        return done();
      });
      timer.start(0);
      t.events.push("ok");
    });
  }),
};

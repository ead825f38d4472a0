/** The first `uv_loop_init` with 1 or 2 free descriptors: SIGABRT. */
import { Loop, LoopThread, system } from "../../../src/mod.ts";
import { leaveDescriptors } from "../../fixtures/handle_system.ts";
import { act, type Acts, type FirstAct, refusal, rejection } from "../act.ts";

const counts = [0, 1, 2, 3, 4, 5];
const functions = new URL("../../fixtures/thread_functions.ts", import.meta.url);

/** Makes a loop with so many free descriptors. */
function createWith(count: number): string {
  const restore = leaveDescriptors(count);
  try {
    return refusal(() => Loop.create()[Symbol.dispose]());
  } finally {
    restore();
  }
}

/** Before libuv is open: to open it takes descriptors, too. */
const unopened: FirstAct = {
  told: ["LibraryError"],
  body: () => [createWith(0)],
};

/** The first loops of the process. */
const first: FirstAct = {
  told: counts.map(() => "EMFILE"),
  body() {
    system.hrtime(); // opens libuv, and makes no loop
    return counts.map(createWith);
  },
};

export const firsts = {
  "a loop before libuv is open": unopened,
  "the first loop": first,
  "the first loop, with enough": { told: ["allowed"], body: () => [createWith(16)] },
} as const;

export const acts: Acts = {
  // They would need one less, but the first cannot be told from them.
  "later loops": act(counts.map(() => "EMFILE"), (t) => {
    t.events.push(...counts.map(createWith));
  }),

  "a loop thread": act(["EMFILE"], async (t) => {
    const restore = leaveDescriptors(2);
    t.events.push(await rejection(LoopThread.start(functions)));
    restore();
  }),
};

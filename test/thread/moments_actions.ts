/** What the owner of a thread may do at any moment: see `moments_driver.ts`. */
import { notifierFrom } from "../../src/mod.ts";
import type { Random } from "../fixtures/random.ts";
import type { Moment } from "./moments_driver.ts";

const BUSY_MS_MAX = 8;
const MESSAGES_MAX = 20;
const BYTES_MAX = 5000;

type Action = (moment: Moment, random: Random) => void;

/** Calls whose promises end in some way, before the stop or by it. */
const calls: readonly Action[] = [
  ({ thread, expect }, random) => expect(thread.call("sum", [random.below(10), 1])),
  ({ thread, expect }) => expect(thread.call("later")),
  ({ thread, expect }) => expect(thread.call("never")),
  ({ thread, expect }) => expect(thread.call("untilAborted")),
  ({ thread, expect }) => expect(thread.call("untilStopping")),
  ({ thread, expect }) => expect(thread.call("fail")),
  ({ thread, expect }) => expect(thread.call("failSoon")),
  ({ thread, expect }) => expect(thread.call("notCloneable")),
  ({ thread, expect }) => expect(thread.call("failLater")),
  ({ thread, expect }) => expect(thread.metrics()),
  ({ thread, expect }, random) => expect(thread.call("busy", [random.below(BUSY_MS_MAX)])),
  ({ thread, expect }, random) => {
    const given = new Uint8Array(random.below(BYTES_MAX));
    expect(thread.call("bytes", [given], { transfer: [given.buffer] }));
  },
  ({ thread, expect, aborts }, random) => {
    const controller = new AbortController();
    const name = random.pick(["never", "untilAborted", "later"] as const);
    expect(thread.call(name, [], { signal: controller.signal }));
    aborts.push(controller);
  },
];

const posts: readonly Action[] = [
  ({ attempt, thread }) => attempt(() => thread.post("sum", [1, 2])),
  ({ attempt, thread }) => attempt(() => thread.post("fail")),
  ({ attempt, thread }) => attempt(() => thread.post("failSoon")),
  ({ attempt, thread }) => attempt(() => thread.post("never")),
  ({ attempt, thread }, random) => attempt(() => thread.post("busy", [random.below(BUSY_MS_MAX)])),
  ({ attempt, thread }) => attempt(() => thread.post("failLater")),
];

const ends: readonly Action[] = [
  ({ orders }, random) => {
    for (let i = random.between(1, MESSAGES_MAX); i > 0; i--) orders.sender.trySend(i);
  },
  ({ orders, expect }, random) => expect(orders.sender.send(random.below(10))),
  ({ answers, expect }) => expect(answers.receiver.receive()),
  ({ answers }) => void answers.receiver.tryReceive(),
  ({ ring }, random) => void ring.writer.write(new Uint8Array(random.below(BYTES_MAX))),
  ({ ring, expect }, random) =>
    expect(ring.writer.writeAll(new Uint8Array(random.below(BYTES_MAX)))),
  ({ answers, expect, aborts }) => {
    const controller = new AbortController();
    expect(answers.receiver.receive({ signal: controller.signal }));
    aborts.push(controller);
  },
];

const others: readonly Action[] = [
  ({ bell }) => void (bell !== undefined && notifierFrom(bell).wakeup()),
  ({ aborts }) => aborts.shift()?.abort(new Error("not needed any more")),
  ({ thread }) => void thread.unref(),
  ({ thread }) => void thread.ref(),
];

/** What ends things; each is rare, so that most seeds have something to stop. */
const endings: readonly Action[] = [
  ({ orders }) => orders.sender.close(),
  ({ orders }) => void orders.close(new RangeError("the keeper's")),
  ({ answers }) => answers.receiver.close(),
  ({ answers }) => void answers.close(),
  ({ ring }) => ring.writer.close(),
  ({ ring }) => void ring.close(),
  ({ attempt, thread }) => attempt(() => thread.post("stopItself")),
  ({ thread, expect }) => expect(thread.call("stopItself")),
  ({ attempt, thread }) => attempt(() => thread.post("shutDownLater")),
  ({ thread, expect, mayFail }) => (mayFail(), expect(thread.call("faultLater", ["timer"]))),
  ({ thread, expect, mayFail }) => (mayFail(), expect(thread.call("faultLater", ["promise"]))),
  ({ attempt, thread, mayFail }) => (mayFail(), attempt(() => thread.post("exit"))),
];

/** One of so many actions is an ending. */
const ENDING_IN = 25;

/** Any of the actions. */
export function anyAction(random: Random): Action {
  if (random.below(ENDING_IN) === 0) return random.pick(endings);
  return random.pick(random.pick([calls, posts, ends, others]));
}

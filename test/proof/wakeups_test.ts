import assert from "node:assert/strict";
import { Wakeups } from "../../src/loop/wakeups.ts";
import {
  type Exploration,
  explore,
  type Thread,
  Violation,
  type World,
} from "../fixtures/interleavings.ts";
import { atOnce, knows, type Site, step, stepped, type Stepping } from "../fixtures/stepped.ts";
import { test } from "../harness.ts";

/** The protocol of `wakeups.ts`, as its users see it. */
interface Protocol {
  readonly buffer: SharedArrayBuffer;
  open(): Thread<void>;
  setGeneration(slot: number, generation: number): Thread<void>;
  enter(): Thread<void>;
  leave(): Thread<void>;
  wake(slot: number, generation: number): Thread<string>;
  pending(): Thread<boolean>;
  setPumped(value: boolean): Thread<void>;
  rouse(): Thread<boolean>;
  rung(): Thread<unknown>;
  isKept(slot: number, generation: number): Thread<boolean>;
  take(found: (slot: number, generation: number) => void): Thread<void>;
  close(): Thread<boolean>;
}

type Change = Pick<Stepping, "without" | "mutate">;

const GENERATION = 5;
const SLOTS = 2;
/** Where the words of the slots begin: first their generations. */
const FIRST_SLOT = 8;

/** Makes worlds of one loop with its machines, and of threads that wake them. */
class Scene {
  readonly sites: readonly Site[];
  readonly #Protocol: new (slots: number) => Protocol;

  constructor(change: Change = {}) {
    const { Stepped, sites } = stepped(Wakeups, {
      files: ["src/loop/wakeups.ts"],
      methods: ["open", "setGeneration", "enter", "leave", "wake", "ping", "take", "close"]
        .concat("setPumped", "rouse", "rung", "_takeGroup", "_want", "isKept"),
      getters: ["pending"],
      ...change,
    });
    this.#Protocol = Stepped as unknown as new (slots: number) => Protocol;
    this.sites = sites;
  }

  /** Wake-ups of a loop that runs, with machines in slots 0 and 1, and libuv's part of it. */
  open(): { wakeups: Protocol; async: Async; state: () => string } {
    const wakeups = new this.#Protocol(SLOTS);
    const async = new Async();
    atOnce(wakeups.open());
    for (const slot of [0, 1]) atOnce(wakeups.setGeneration(slot, GENERATION));
    const words = new Int32Array(wakeups.buffer);
    return { wakeups, async, state: () => `${words.join()}|${async.isSent}${async.isClosed}` };
  }
}

/** An async handle: a send makes the poll return, once for any number of them. */
class Async {
  isSent = false;
  isClosed = false;

  *send(): Thread<void> {
    yield* step("uv_async_send", () => {
      assert.ok(!this.isClosed, "uv_async_send after the handle was closed");
      this.isSent = true;
    });
  }

  /** @param mayWait whether it sleeps until there is a send */
  *poll(mayWait: boolean): Thread<void> {
    const isReady = mayWait ? () => this.isSent : () => true;
    yield* step("uv_run", () => void (this.isSent = false), isReady);
  }

  *close(): Thread<void> {
    yield* step("uv_close", () => void (this.isClosed = true));
  }
}

/** What `RemoteNotifier.wakeup` does. */
function* wakeup(wakeups: Protocol, async: Async, slot: number): Thread<string> {
  if (yield* wakeups.isKept(slot, GENERATION)) return "kept";
  yield* wakeups.enter();
  const outcome = yield* wakeups.wake(slot, GENERATION);
  if (outcome === "send" && !(yield* wakeups.rouse())) yield* async.send();
  yield* wakeups.leave();
  return outcome;
}

/** What `turn` does. Returns the slots that were woken, with their generations. */
function* turn(wakeups: Protocol, async: Async): Thread<[number, number][]> {
  const found: [number, number][] = [];
  const isBusy = yield* wakeups.pending();
  yield* async.poll(!isBusy);
  yield* look(wakeups, found);
  return found;
}

/** What a pump does: it does not sleep in libuv. */
function* pump(wakeups: Protocol): Thread<[number, number][]> {
  const found: [number, number][] = [];
  yield* wakeups.rung();
  yield* look(wakeups, found);
  return found;
}

function* look(wakeups: Protocol, found: [number, number][]): Thread<void> {
  if (yield* wakeups.pending()) {
    yield* wakeups.take((slot, generation) => void found.push([slot, generation]));
  }
}

/**
 * Two threads wake machines; the loop sleeps until it has seen all they had to say.
 *
 * @param pumps how often it is pumped before it runs
 */
function nothingLost(
  scene: Scene,
  slots: readonly number[],
  times: readonly number[],
  pumps = 0,
): World {
  const { wakeups, async, state } = scene.open();
  const said = slots.map(() => 0);
  let woken = 0;
  function* send(i: number): Thread<void> {
    for (let time = 0; time < (times[i] as number); time++) {
      yield* knows(time);
      yield* step("say", () => void said[i]!++);
      const outcome = yield* wakeup(wakeups, async, slots[i] as number);
      assert.notEqual(outcome, "closed");
    }
  }
  function* run(): Thread<void> {
    const heard = slots.map(() => 0);
    yield* wakeups.setPumped(pumps > 0);
    for (let turns = 0; heard.some((count, i) => count < (times[i] as number)); turns++) {
      if (turns === pumps) yield* wakeups.setPumped(false);
      yield* knows([heard, Math.min(turns, pumps)]);
      const found = yield* turns < pumps ? pump(wakeups) : turn(wakeups, async);
      for (const [slot, generation] of found) {
        if (generation === 0) continue; // a bit that came late: nobody is woken
        assert.equal(generation, GENERATION);
        woken++;
        slots.forEach((wanted, i) => {
          if (wanted === slot) heard[i] = said[i] as number;
        });
      }
    }
  }
  const threads = Object.fromEntries(slots.map((_, i) => [`sender ${i}`, send(i)]));
  return {
    threads: { ...threads, loop: run() },
    state: () => `${state()}|${said.join()}|${woken}`,
    check() {
      assert.deepEqual(said, times);
      assert.ok(woken <= times.reduce((sum, count) => sum + count), "woken too often");
      assertQuiet(wakeups);
    },
  };
}

/** A look at what came late leaves nothing to look at: the loop can sleep. */
function assertQuiet(wakeups: Protocol): void {
  atOnce(wakeups.take(() => {}));
  assert.equal(atOnce(wakeups.pending()), false, "the loop would spin");
  const words = new Int32Array(wakeups.buffer);
  assert.ok(words.subarray(FIRST_SLOT + SLOTS).every((word) => word === 0), "something is left");
}

/** Two threads wake machines while the loop closes. */
function nothingAfterClose(scene: Scene, turns: number, times: readonly number[]): World {
  const { wakeups, async, state } = scene.open();
  const isClosed = { value: false };
  function* send(slot: number): Thread<void> {
    for (let time = 0; time < (times[slot] as number); time++) {
      yield* knows(time);
      const wasClosed = yield* step("look", () => isClosed.value);
      const outcome = yield* wakeup(wakeups, async, slot);
      if (wasClosed) assert.equal(outcome, "closed");
    }
  }
  function* run(): Thread<void> {
    for (let i = 0; i < turns; i++) {
      yield* knows(i);
      yield* async.poll(false);
      yield* wakeups.take(() => {});
    }
    assert.ok(yield* wakeups.close(), "gave up on a sender");
    yield* async.close();
    yield* step("closed", () => void (isClosed.value = true));
  }
  return {
    threads: { "sender 0": send(0), "sender 1": send(1), loop: run() },
    state: () => `${state()}|${isClosed.value}`,
    check() {},
  };
}

/** A machine is woken while it ends, and another comes to live in its slot. */
function nobodyElse(scene: Scene): World {
  const { wakeups, async, state } = scene.open();
  function* send(): Thread<void> {
    yield* wakeup(wakeups, async, 0);
  }
  function* run(): Thread<void> {
    for (const generation of [0, GENERATION + 1]) yield* wakeups.setGeneration(0, generation);
    for (let i = 0; i < 2; i++) {
      yield* knows(i);
      yield* async.poll(false);
      yield* wakeups.take((_slot, generation) => assert.notEqual(generation, GENERATION + 1));
    }
  }
  return { threads: { "sender 0": send(), "sender 1": send(), loop: run() }, state, check() {} };
}

function exploreAll(scene: Scene): number {
  const worlds = [
    () => nothingLost(scene, [0, 1], [1, 1]),
    () => nothingLost(scene, [0, 0], [2, 1]),
    () => nothingLost(scene, [0, 1], [1, 1], Infinity),
    () => nothingAfterClose(scene, 0, [1, 1]),
    () => nothingAfterClose(scene, 1, [1, 1]),
    () => nobodyElse(scene),
  ];
  return worlds.reduce((sum, world) => sum + explore(world, { preemptionsMax: 3 }).states, 0);
}

function assertMany({ states }: Exploration): void {
  assert.ok(states > 1000, `${states} states`);
}

test("in no order of steps is a wake-up of two threads lost", () => {
  const scene = new Scene();
  for (const slots of [[0, 1], [0, 0]]) {
    assertMany(explore(() => nothingLost(scene, slots, [1, 1])));
    assertMany(explore(() => nothingLost(scene, slots, [2, 1]), { preemptionsMax: 3 }));
  }
});

test("in no order of steps is a wake-up lost by a loop that is pumped, or is no longer", () => {
  const scene = new Scene();
  for (const pumps of [1, Infinity]) {
    assertMany(explore(() => nothingLost(scene, [0, 1], [1, 1], pumps)));
    assertMany(explore(() => nothingLost(scene, [0, 1], [2, 1], pumps), { preemptionsMax: 3 }));
  }
});

test("in no order of steps is a closed handle sent to, or a sender waited for in vain", () => {
  const scene = new Scene();
  for (const turns of [0, 1]) {
    assertMany(explore(() => nothingAfterClose(scene, turns, [1, 1])));
    assertMany(explore(() => nothingAfterClose(scene, turns, [2, 1]), { preemptionsMax: 3 }));
  }
});

test("in no order of steps is a machine woken that came after the one that was meant", () => {
  const scene = new Scene();
  const { states } = explore(() => nobodyElse(scene));
  assert.ok(states > 100, `${states} states`);
});

test("a loop that looks before it clears PINGED loses a wake-up, and that is found", () => {
  const clear = /Atomics\.store\((?:words|this\._words), (?:PINGED|2), 0\);/;
  const mutate = (text: string) => {
    const at = text.search(/(?<![.\w])take\(found\)/);
    const line = clear.exec(text.slice(at))?.[0] ?? assert.fail("take() does not clear PINGED");
    const body = text.slice(at).replace(line, "");
    const end = body.indexOf("close()");
    const last = body.lastIndexOf("}", end);
    return text.slice(0, at) + body.slice(0, last) + line + body.slice(last);
  };
  const scene = new Scene({ mutate });
  assert.throws(() => explore(() => nothingLost(scene, [0, 1], [1, 1])), /sleep for ever/);
});

test("each step of the protocol is needed: without it something wrong is found", () => {
  const { sites } = new Scene();
  assert.ok(sites.length >= 20, `${sites.length} steps`);
  const pingSite = sites.filter(({ text }) => /store\(this\._words, (2|PINGED), 1\)/.test(text))[0]
    ?.text;
  const unneeded = sites.filter(({ number, text }) => {
    if (/\.(load|wait|waitAsync)\(/.test(text)) return false; // a look is no change
    if (text === pingSite) return false; // the loop's own, for its next turn
    try {
      exploreAll(new Scene({ without: number }));
      return true;
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      return false;
    }
  });
  assert.deepEqual(unneeded.map(({ text }) => text), []);
});

import assert from "node:assert/strict";
import { Bell } from "../../src/thread/bell.ts";
import { ChannelState } from "../../src/thread/channel_state.ts";
import { SharedState, TORN } from "../../src/thread/shared_state.ts";
import { explore, type Thread, Violation, type World } from "../fixtures/interleavings.ts";
import { atOnce, knows, type Site, step, stepped } from "../fixtures/stepped.ts";
import { test } from "../harness.ts";

/** The protocol of `channel_state.ts`, as the ends see it. */
interface Protocol {
  readonly buffer: SharedArrayBuffer;
  readonly ahead: SteppedBell;
  readonly back: SteppedBell;
  wake: (role: string) => Thread<void>;
  send(post: () => Thread<void>): Thread<"sent" | "full" | "closed">;
  take(look: () => Thread<string | undefined>): Thread<string>;
  join(): Thread<void>;
  leave(): Thread<void>;
  close(bits: number): Thread<boolean>;
}

interface SteppedBell {
  readonly armedKey: number;
  rung(key: number): Thread<unknown>;
}

type ProtocolClass = new (source: number | SharedArrayBuffer) => Protocol;

const files = ["src/thread/shared_state.ts", "src/thread/channel_state.ts"];
const protocolCalls = ["this\\.(?:ahead|back)\\.(?:arm|ring)", "this\\.wake", "this\\.close"];

/** The words that a world's state is told by: all before the text of an error. */
const WORDS = 16;

/** Makes worlds of one channel. */
class Scene {
  readonly sites: readonly (Site & { readonly of: string })[];
  readonly #Protocol: ProtocolClass;

  /** @param without a step of a class to be left out */
  constructor(without?: { readonly of: string; readonly number: number }) {
    const change = (of: string) => without?.of === of ? { without: without.number } : {};
    const bell = stepped(Bell, { files: [], methods: ["arm", "ring", "rung"], ...change("bell") });
    const shared = stepped(SharedState, {
      files,
      methods: ["addControl", "fail", "close", "ringAll"],
      getters: ["controls", "isClosed", "error"],
      calls: protocolCalls,
      imports: { Bell: bell.Stepped },
      ...change("shared"),
    });
    const channel = stepped(ChannelState, {
      files,
      methods: ["send", "take", "join", "leave", "_takePlace", "_givePlaceBack", "_ringAhead"],
      getters: ["count"],
      calls: [...protocolCalls, "post", "look"],
      imports: { SharedState: shared.Stepped },
      ...change("channel"),
    });
    const named = (of: string, sites: readonly Site[]) => sites.map((site) => ({ ...site, of }));
    this.sites = [
      ...named("bell", bell.sites),
      ...named("shared", shared.sites),
      ...named("channel", channel.sites),
    ];
    this.#Protocol = channel.Stepped as unknown as ProtocolClass;
  }

  /** @param manner how the ends sleep: as promises do, or as machines */
  open(senders: number, capacity: number, manner: Manner): Fake {
    return new Fake(this.#Protocol, senders, capacity, manner);
  }
}

type Manner = "promises" | "machines";

/** A channel with ports that are arrays, and machines that are flags. */
class Fake {
  readonly manner: Manner;
  readonly ports: string[][];
  readonly woken: Record<string, boolean> = {};
  readonly #Protocol: ProtocolClass;
  readonly #buffer: SharedArrayBuffer;
  readonly #words: Int32Array;

  constructor(
    Protocol: ProtocolClass,
    senders: number,
    capacity: number,
    manner: Manner,
  ) {
    this.#Protocol = Protocol;
    const first = new Protocol(capacity);
    for (let i = 1; i < senders; i++) atOnce(first.join());
    this.#buffer = first.buffer;
    this.#words = new Int32Array(first.buffer, 0, WORDS);
    this.manner = manner;
    this.ports = Array.from({ length: senders }, () => []);
  }

  /** One end's view of the channel. */
  end(): Protocol {
    const protocol = new this.#Protocol(this.#buffer);
    const { woken, ports } = this;
    protocol.wake = function* (role) {
      const roles = role === "sender" ? ports.map((_, i) => `sender ${i}`) : ["receiver"];
      if (role === "all") roles.push(...ports.map((_, i) => `sender ${i}`));
      yield* step(`wake ${role}`, () => roles.forEach((name) => void (woken[name] = true)));
    };
    return protocol;
  }

  *sleep(end: Protocol, bell: "ahead" | "back", name: string): Thread<void> {
    if (this.manner === "machines") {
      const isReady = () => this.woken[name] === true;
      return yield* step("sleep", () => void (this.woken[name] = false), isReady);
    }
    yield* end[bell].rung(end[bell].armedKey);
  }

  *post(sender: number, message: string): Thread<void> {
    yield* step(`post ${message}`, () => void this.ports[sender]?.push(message));
  }

  *look(): Thread<string | undefined> {
    for (const [i, port] of this.ports.entries()) {
      const found = yield* step(`look at ${i}`, () => port.shift());
      if (found !== undefined) return found;
    }
    return undefined;
  }

  get state(): string {
    return `${this.#words.join()}|${JSON.stringify(this.ports)}|${JSON.stringify(this.woken)}`;
  }

  get words(): Int32Array {
    return this.#words;
  }
}

type Ending = "senders leave" | "receiver closes" | "closed outside" | "torn outside";

interface Plot {
  /** How many messages each sender sends. */
  readonly counts: readonly number[];
  readonly capacity: number;
  readonly manner: Manner;
  readonly ending: Ending;
}

/** Senders send, one receives, and somewhere in between the channel is closed. */
function channelWorld(scene: Scene, { counts, capacity, manner, ending }: Plot): World {
  const fake = scene.open(counts.length, capacity, manner);
  const sent: string[][] = counts.map(() => []);
  const received: string[][] = counts.map(() => []);

  function* send(sender: number, count: number): Thread<void> {
    const end = fake.end();
    for (let i = 0; i < count;) {
      yield* knows([i, end.back.armedKey]);
      const message = `${sender}${i}`;
      const outcome = yield* end.send(() => fake.post(sender, message));
      if (outcome === "closed") return;
      if (outcome === "full") yield* fake.sleep(end, "back", `sender ${sender}`);
      else yield* step("sent", () => void (sent[sender]?.push(message), i++));
    }
    yield* end.leave();
  }

  function* receive(): Thread<void> {
    const end = fake.end();
    for (let i = 0;;) {
      yield* knows([i, end.ahead.armedKey]);
      if (ending === "receiver closes" && i === 1) return void (yield* end.close(0));
      const found = yield* end.take(() => fake.look());
      if (found === "ended") return;
      if (found === "empty") yield* fake.sleep(end, "ahead", "receiver");
      else yield* step("received", () => void (received[Number(found[0])]?.push(found), i++));
    }
  }

  function* close(): Thread<void> {
    yield* fake.end().close(ending === "torn outside" ? TORN : 0);
  }

  const threads: Record<string, Thread> = { receiver: receive() };
  counts.forEach((count, i) => threads[`sender ${i}`] = send(i, count));
  if (ending.endsWith("outside")) threads.closer = close();
  return {
    threads,
    state() {
      const { words } = fake;
      const places = (words[0] as number) & (2 ** 27 - 1);
      assert.ok(places <= capacity, `${places} places taken of ${capacity}`);
      return `${fake.state}|${sent.join()}|${received.join()}`;
    },
    check() {
      for (const [i, messages] of received.entries()) {
        const of = sent[i] as string[];
        assert.deepEqual(messages, of.slice(0, messages.length), "order");
        if (ending === "senders leave") assert.equal(messages.length, counts[i], "lost");
        if (ending === "closed outside") assert.deepEqual(messages, of, "lost");
      }
    },
  };
}

const manners: readonly Manner[] = ["promises", "machines"];

for (const manner of manners) {
  test(`in no order of steps does a channel of ${manner} lose a message or a wake-up`, () => {
    const scene = new Scene();
    for (const capacity of [1, 2]) {
      const plot = { counts: [1, 1], capacity, manner, ending: "senders leave" } as const;
      const { states } = explore(() => channelWorld(scene, plot), { preemptionsMax: 3 });
      assert.ok(states > 1000, `${states} states`);
    }
    explore(() =>
      channelWorld(scene, { counts: [3], capacity: 1, manner, ending: "senders leave" })
    );
  });

  test(`in no order of steps does a close leave ${manner} of a channel asleep`, () => {
    const scene = new Scene();
    for (const ending of ["receiver closes", "closed outside", "torn outside"] as const) {
      const plot = { counts: [2], capacity: 1, manner, ending };
      explore(() => channelWorld(scene, plot), { preemptionsMax: 3 });
    }
  });
}

function exploreAll(scene: Scene): void {
  for (const manner of manners) {
    for (const ending of ["senders leave", "receiver closes", "torn outside"] as const) {
      const plot = { counts: [2], capacity: 1, manner, ending };
      explore(() => channelWorld(scene, plot), { preemptionsMax: 3 });
    }
  }
  const two = { counts: [1, 1], capacity: 1, ending: "senders leave" } as const;
  explore(() => channelWorld(scene, { ...two, manner: "promises" }), { preemptionsMax: 3 });
}

test("each step of a channel's protocol is needed: without it something wrong is found", () => {
  const { sites } = new Scene();
  // Left out: looks, sleeps, and what no end does here: to clone, to introduce, to fail.
  const others = /\.(load|waitAsync|add)\(|CLAIM|words, 4, 0, 1/;
  const changes = sites.filter(({ text }) => !others.test(text));
  assert.ok(changes.length >= 7, `${changes.length} steps`);
  const unneeded = changes.filter((site) => {
    try {
      exploreAll(new Scene(site));
      return true;
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      return false;
    }
  });
  assert.deepEqual(unneeded.map(({ text }) => text), []);
});

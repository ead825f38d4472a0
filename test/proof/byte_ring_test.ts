import assert from "node:assert/strict";
import { Bell } from "../../src/thread/bell.ts";
import { RingState } from "../../src/thread/ring_state.ts";
import { SharedState } from "../../src/thread/shared_state.ts";
import { explore, type Thread, Violation, type World } from "../fixtures/interleavings.ts";
import { knows, type Site, step, stepped } from "../fixtures/stepped.ts";
import { test } from "../harness.ts";

interface SteppedBell {
  readonly armedKey: number;
  rung(key: number): Thread<unknown>;
}

/** The protocol of `ring_state.ts`, as the ends see it. */
interface Protocol {
  readonly buffer: SharedArrayBuffer;
  readonly ahead: SteppedBell;
  readonly back: SteppedBell;
  wake: (role: string) => Thread<void>;
  views(of: "used"): Thread<readonly Uint8Array[]>;
  write(bytes: Uint8Array): Thread<number>;
  read(byteLength: number): Thread<void>;
  look(): Thread<"bytes" | "empty" | "ended">;
  close(bits: number): Thread<boolean>;
  isClosed(): Thread<boolean>;
}

type ProtocolClass = new (source: number | SharedArrayBuffer) => Protocol;

const files = ["src/thread/shared_state.ts", "src/thread/ring_state.ts"];
const calls = ["this\\.(?:ahead|back)\\.(?:arm|ring)", "this\\.wake", "this\\.close"];
/** The words that a world's state is told by: up to the tail. */
const WORDS = 33;

/** The class in steps, with a step of the ring's own left out if one is named. */
function makeProtocol(without?: number): { Protocol: ProtocolClass; sites: readonly Site[] } {
  const bell = stepped(Bell, { files: [], methods: ["arm", "ring", "rung"] });
  const shared = stepped(SharedState, {
    files,
    methods: ["addControl", "fail", "close", "ringAll"],
    getters: ["controls", "isClosed", "error"],
    calls,
    imports: { Bell: bell.Stepped },
  });
  const ring = stepped(RingState, {
    files,
    methods: ["views", "write", "written", "read", "hasRoom", "look", "_put", "_move"],
    getters: ["used"],
    inherited: ["isClosed"],
    calls,
    imports: { SharedState: shared.Stepped },
    ...(without === undefined ? {} : { without }),
  });
  return { Protocol: ring.Stepped as unknown as ProtocolClass, sites: ring.sites };
}

/** One writes bytes that count up and closes; the other reads them. Both sleep when they must. */
function ringWorld(Protocol: ProtocolClass, capacity: number, byteLength: number): World {
  const { buffer } = new Protocol(capacity);
  const words = new Int32Array(buffer, 0, WORDS);
  const received: number[] = [];
  const open = (): Protocol => {
    const end = new Protocol(buffer);
    end.wake = function* () {};
    return end;
  };

  function* write(): Thread<void> {
    const end = open();
    for (let at = 0; at < byteLength;) {
      yield* knows([at, end.back.armedKey]);
      const rest = Uint8Array.from({ length: byteLength - at }, (_, i) => at + i);
      at += yield* end.write(rest);
      if (at < byteLength) yield* end.back.rung(end.back.armedKey);
    }
    yield* end.close(0);
  }

  function* read(): Thread<void> {
    const end = open();
    for (;;) {
      yield* knows(end.ahead.armedKey);
      const looked = yield* end.look();
      if (looked === "ended") return;
      if (looked === "empty") yield* end.ahead.rung(end.ahead.armedKey);
      else {
        const views = yield* end.views("used");
        yield* step("copy", () => views.forEach((view) => received.push(...view)));
        yield* end.read(views.reduce((sum, { length }) => sum + length, 0));
      }
    }
  }

  const expected = Array.from({ length: byteLength }, (_, i) => i);
  return {
    threads: { writer: write(), reader: read() },
    state: () => `${words.join()}|${received.join()}`,
    check: () => assert.deepEqual(received, expected),
  };
}

test("in no order of steps does a ring lose a byte or a wake-up", () => {
  const { Protocol } = makeProtocol();
  for (const [capacity, byteLength] of [[1, 3], [2, 5], [3, 4]] as const) {
    const { states } = explore(() => ringWorld(Protocol, capacity, byteLength));
    assert.ok(states > 300, `${states} states`);
  }
});

test("each step of a ring's protocol is needed: without it something wrong is found", () => {
  const { sites } = makeProtocol();
  const changes = sites.filter(({ text }) => !/\.load\(/.test(text));
  assert.ok(changes.length > 0);
  for (const { number, text } of changes) {
    const { Protocol } = makeProtocol(number);
    assert.throws(() => explore(() => ringWorld(Protocol, 2, 3)), Violation, text);
  }
});

test("a writer that does not try again when it was given room is found asleep", () => {
  const { Protocol } = makeProtocol();
  class Hasty extends (Protocol as unknown as new (source: unknown) => Record<string, unknown>) {
    *write(bytes: Uint8Array): Thread<number> {
      const self = this as unknown as {
        _put(bytes: Uint8Array): Thread<number>;
        hasRoom(byteLength: number): Thread<boolean>;
      };
      const written = yield* self._put(bytes);
      if (written === bytes.length || !(yield* self.hasRoom(1))) return written;
      return written + (yield* self._put(bytes.subarray(written)));
    }
  }
  const world = () => ringWorld(Hasty as unknown as ProtocolClass, 2, 5);
  assert.throws(() => explore(world), /sleep for ever/);
});

import assert from "node:assert/strict";
import { ClosedError, done, Loop, type LoopOptions, ok, StateError } from "../../src/mod.ts";
import { assertNoMoreDescriptors, openFds, test, testLoop } from "../harness.ts";
import { loopSettings } from "../../src/loop/loop_options.ts";

test("the options have the defaults that are stated", () => {
  const { onError, onLeak, ...settings } = loopSettings({});
  assert.deepEqual([typeof onError, typeof onLeak], ["function", "function"]);
  assert.deepEqual(settings, {
    slabCapacity: 16384,
    blockBytes: 16384,
    largeBlockBytes: 65536,
    poolBytesMax: 256 * 1024 * 1024,
    slabIdleMs: 10_000,
    leakLevel: "simple",
    acceptsPerTurn: 64,
    measureIdle: false,
    traceHandles: false,
  });
});

/** Options that are wrong, by what they throw. */
const wrong: [typeof TypeError | typeof RangeError, Record<string, unknown>[]][] = [
  [TypeError, [
    { slabCapacity: "10" },
    { blockBytes: 4096n },
    { poolBytesMax: true },
    { acceptsPerTurn: {} },
    { onError: "print" },
    { onError: null },
    { onLeak: "print" },
    { largeBlockBytes: "0" },
    { slabIdleMs: "1" },
    { leakLevel: 1 },
    { leakLevel: null },
    { measureIdle: 1 },
    { traceHandles: "yes" },
  ]],
  [RangeError, [
    { slabCapacity: 0 },
    { slabCapacity: -1 },
    { slabCapacity: 1.5 },
    { slabCapacity: 2 ** 20 + 1 },
    { slabCapacity: NaN },
    { blockBytes: 1023 },
    { blockBytes: 2 ** 24 + 1 },
    { blockBytes: Infinity },
    { poolBytesMax: 1023 },
    { poolBytesMax: 2 ** 41 },
    { largeBlockBytes: -1 },
    { largeBlockBytes: 2 ** 24 + 1 },
    { slabIdleMs: -1 },
    { slabIdleMs: 0.5 },
    { leakLevel: "" },
    { leakLevel: "PARANOID" },
    { acceptsPerTurn: 0 },
    { acceptsPerTurn: 4097 },
  ]],
];

for (const [kind, list] of wrong) {
  for (const options of list) {
    const [[name, value] = []] = Object.entries(options);
    test(`Loop.create() with ${name} ${String(value)} throws a ${kind.name}`, () => {
      const fds = openFds();
      assert.throws(() => Loop.create(options as LoopOptions), (error) => {
        return error instanceof kind && error.message.includes(name as string);
      });
      assertNoMoreDescriptors(fds);
    });
  }
}

test("large blocks that are no larger than the others are none", () => {
  const largeBlockBytes = (options: LoopOptions): number => loopSettings(options).largeBlockBytes;
  assert.equal(largeBlockBytes({ blockBytes: 65536 }), 0);
  assert.equal(largeBlockBytes({ blockBytes: 4096, largeBlockBytes: 4095 }), 0);
  assert.equal(largeBlockBytes({ blockBytes: 4096, largeBlockBytes: 4097 }), 4097);
  assert.equal(largeBlockBytes({ largeBlockBytes: 0 }), 0);
});

test("Loop.create() takes an object only", () => {
  const create = Loop.create as (options: unknown) => unknown;
  for (const options of [null, 1, "options"]) {
    assert.throws(() => create.call(Loop, options), TypeError);
  }
});

testLoop("the least of everything makes a loop that works", ({ loop, events }) => {
  loop.addMachine((scope) => {
    scope.timer().start(0);
    return ok({
      ready() {
        events.push("timer");
        return done();
      },
    });
  });
  loop.run();
  assert.deepEqual(events, ["timer"]);
}, { slabCapacity: 1, blockBytes: 1024, poolBytesMax: 1024, acceptsPerTurn: 1 });

testLoop("the largest slab can be made", ({ loop }) => {
  assert.equal(loop.machines, 0);
}, { slabCapacity: 2 ** 20 });

test("errors say what failed, on what, and why", () => {
  const loop = Loop.create().instantiate(undefined);
  loop.close();
  assert.throws(() => loop.run(), new ClosedError("loop", "run"));
  assert.equal(new ClosedError("loop", "run").message, "Cannot run: the loop is closed");
  assert.equal(
    new StateError("close", "the loop is running").message,
    "Cannot close: the loop is running",
  );
});

import assert from "node:assert/strict";
import { Wakeups } from "../../src/loop/wakeups.ts";
import { test } from "../harness.ts";

/** Wake-ups of an instantiated loop; machines live in the slots of the given generations. */
function openWakeups(slots: number, generations: Readonly<Record<number, number>> = {}): Wakeups {
  const wakeups = new Wakeups(slots);
  wakeups.open();
  for (const [slot, generation] of Object.entries(generations)) {
    wakeups.setGeneration(Number(slot), generation);
  }
  return wakeups;
}

/** What the loop would wake now, as [slot, generation], by slot. */
function take(wakeups: Wakeups): [number, number][] {
  const found: [number, number][] = [];
  wakeups.take((slot, generation) => found.push([slot, generation]));
  return found.sort(([a], [b]) => a - b);
}

test("the first sender must send, later ones need not, until the loop has looked", () => {
  const wakeups = openWakeups(8, { 1: 5, 2: 6 });
  assert.equal(wakeups.pending, false);
  assert.equal(wakeups.wake(1, 5), "send");
  assert.equal(wakeups.wake(1, 5), "kept");
  assert.equal(wakeups.wake(2, 6), "kept");
  assert.equal(wakeups.pending, true);
  assert.deepEqual(take(wakeups), [[1, 5], [2, 6]]);
  assert.equal(wakeups.pending, false);
  assert.equal(wakeups.wake(1, 5), "send");
});

test("a wake-up is taken once", () => {
  const wakeups = openWakeups(8, { 1: 5 });
  wakeups.wake(1, 5);
  assert.deepEqual(take(wakeups), [[1, 5]]);
  assert.deepEqual(take(wakeups), []);
});

test("a sender of another generation is told that its machine is closed", () => {
  const wakeups = openWakeups(8, { 1: 5 });
  assert.equal(wakeups.wake(1, 4), "closed");
  assert.equal(wakeups.wake(1, 6), "closed");
  assert.equal(wakeups.wake(2, 5), "closed"); // nobody lives there
  wakeups.setGeneration(1, 0);
  assert.equal(wakeups.wake(1, 5), "closed");
  assert.equal(wakeups.pending, false);
});

test("a sender beyond the last slot is told closed", () => {
  const wakeups = openWakeups(8);
  assert.equal(wakeups.wake(8, 0), "closed");
  assert.equal(wakeups.wake(2 ** 40, 0), "closed");
});

test("a wake-up of a machine that ended meanwhile names the machine that was meant", () => {
  const wakeups = openWakeups(8, { 1: 5 });
  wakeups.wake(1, 5);
  wakeups.setGeneration(1, 6);
  assert.deepEqual(take(wakeups), [[1, 5]]); // the loop finds nobody by these numbers
});

test("the newer of two machines in a slot is the one that is woken", () => {
  const wakeups = openWakeups(8, { 1: 5 });
  wakeups.wake(1, 5);
  wakeups.setGeneration(1, 6);
  assert.equal(wakeups.wake(1, 6), "kept");
  assert.deepEqual(take(wakeups), [[1, 6]]);
});

test("generations that have come round still replace older ones", () => {
  const last = 2 ** 31 - 1;
  const wakeups = openWakeups(8, { 1: last });
  wakeups.wake(1, last);
  wakeups.setGeneration(1, -(2 ** 31));
  wakeups.wake(1, -(2 ** 31));
  assert.deepEqual(take(wakeups), [[1, -(2 ** 31)]]);
});

/** Runs something in the middle of the next `wake`, after its check and before its bit is set. */
function overtake(between: () => void): void {
  const original = Atomics.or;
  Atomics.or = ((...args: Parameters<typeof Atomics.or>) => {
    Atomics.or = original;
    between();
    return original(...args);
  }) as typeof Atomics.or;
}

test("a sender that is overtaken by the end of its machine wakes nobody", () => {
  const wakeups = openWakeups(8, { 1: 5 });
  const delivered: [number, number][] = [];
  overtake(() => {
    wakeups.setGeneration(1, 6); // the machine has ended, another lives in its slot
    wakeups.wake(1, 6);
    delivered.push(...take(wakeups)); // and has been woken
  });
  wakeups.wake(1, 5);
  assert.deepEqual(delivered, [[1, 6]]);
  assert.deepEqual(take(wakeups).filter(([, generation]) => generation === 6), []);
});

test("a sender that is overtaken by the loop's look is looked at again", () => {
  const wakeups = openWakeups(8, { 1: 5, 2: 6 });
  wakeups.wake(2, 6);
  let early: [number, number][] = [];
  overtake(() => early = take(wakeups));
  assert.equal(wakeups.wake(1, 5), "send");
  assert.deepEqual(early, [[2, 6]]);
  assert.deepEqual(take(wakeups), [[1, 5]]);
});

test("wake-ups are found in every slot, also beyond the first 1024", () => {
  const slots = [0, 1, 31, 32, 63, 1023, 1024, 1055, 2047, 2048, 32767, 32768, 99_999];
  const wakeups = openWakeups(100_000, Object.fromEntries(slots.map((slot) => [slot, slot + 1])));
  for (const slot of slots) assert.notEqual(wakeups.wake(slot, slot + 1), "closed", `slot ${slot}`);
  assert.deepEqual(take(wakeups), slots.map((slot) => [slot, slot + 1]));
  assert.deepEqual(take(wakeups), []);
});

test("all slots can be woken at once", () => {
  const slots = Array.from({ length: 5000 }, (_, slot) => slot);
  const wakeups = openWakeups(5000, Object.fromEntries(slots.map((slot) => [slot, 1])));
  for (const slot of slots) wakeups.wake(slot, 1);
  assert.deepEqual(take(wakeups), slots.map((slot) => [slot, 1]));
});

test("a slot is found once a look, even if it is woken while the loop looks", () => {
  const wakeups = openWakeups(2048, { 3: 1, 2000: 1 });
  wakeups.wake(3, 1);
  wakeups.wake(2000, 1);
  const found: number[] = [];
  wakeups.take((slot) => {
    found.push(slot);
    assert.equal(wakeups.wake(slot, 1) === "closed", false);
  });
  assert.deepEqual(found.sort((a, b) => a - b), [3, 2000]);
  assert.equal(wakeups.pending, true);
  assert.deepEqual(take(wakeups), [[3, 1], [2000, 1]]);
});

test("a loop that was not instantiated keeps wake-ups and answers early", () => {
  const wakeups = new Wakeups(8);
  wakeups.setGeneration(1, 5);
  assert.equal(wakeups.wake(1, 5), "early");
  assert.equal(wakeups.wake(1, 5), "early");
  assert.equal(wakeups.wake(1, 4), "closed");
  wakeups.open();
  assert.equal(wakeups.pending, true);
  assert.deepEqual(take(wakeups), [[1, 5]]);
});

test("a ping makes the loop look, though nobody was woken", () => {
  const wakeups = openWakeups(8);
  wakeups.ping();
  assert.equal(wakeups.pending, true);
  assert.deepEqual(take(wakeups), []);
  assert.equal(wakeups.pending, false);
});

test("a closed loop answers closed, and closing twice does no harm", () => {
  const wakeups = openWakeups(8, { 1: 5 });
  assert.equal(wakeups.close(), true);
  assert.equal(wakeups.wake(1, 5), "closed");
  assert.equal(wakeups.close(), true);
});

test("closing gives up on a sender that never leaves, after a second", () => {
  const wakeups = openWakeups(8);
  wakeups.enter(); // a thread that was terminated in the middle of sending
  const startMs = performance.now();
  assert.equal(wakeups.close(), false);
  const tookMs = performance.now() - startMs;
  assert.ok(tookMs > 900 && tookMs < 10_000, `${tookMs} ms`);
});

test("what one thread made another can use by its buffer", () => {
  const wakeups = openWakeups(1500, { 1400: 9 });
  const remote = new Wakeups(wakeups.buffer);
  assert.equal(remote.buffer, wakeups.buffer);
  assert.equal(remote.wake(1400, 8), "closed");
  assert.equal(remote.wake(1500, 0), "closed");
  assert.equal(remote.wake(1400, 9), "send");
  assert.deepEqual(take(wakeups), [[1400, 9]]);
});

test("an address of 48 bits survives the way through the buffer", () => {
  const wakeups = openWakeups(8);
  for (const address of [0x7fff_ffff_f010, 0x1_0000_0000, 0xffff_ffff, 0x8000_0000, 16]) {
    wakeups.asyncAddress = address;
    assert.equal(new Wakeups(wakeups.buffer).asyncAddress, address);
  }
});

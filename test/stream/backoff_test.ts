import assert from "node:assert/strict";
import { Backoff, type BackoffOptions } from "../../src/stream/backoff.ts";
import { test } from "../harness.ts";

function waits(count: number, options: BackoffOptions): number[] {
  const backoff = new Backoff(options);
  return Array.from({ length: count }, () => backoff.nextMs());
}

test("waits grow by their factor, up to the limit", () => {
  const random = (): number => 0;
  assert.deepEqual(waits(5, { minMs: 10, maxMs: 100, random }), [10, 20, 40, 80, 100]);
  assert.deepEqual(waits(3, { minMs: 10, maxMs: 100, factor: 1, random }), [10, 10, 10]);
  assert.deepEqual(waits(4, { minMs: 10, maxMs: 1000, factor: 3, random }), [10, 30, 90, 270]);
});

test("the limit holds after very many attempts", () => {
  const backoff = new Backoff({ minMs: 1, maxMs: 50, random: () => 0 });
  for (let i = 0; i < 10_000; i++) backoff.nextMs();
  assert.equal(backoff.nextMs(), 50);
});

test("a wait of 0 stays 0", () => {
  const backoff = new Backoff({ minMs: 0, maxMs: 0 });
  for (let i = 0; i < 2000; i++) assert.equal(backoff.nextMs(), 0);
});

test("jitter leaves a part of each wait to chance", () => {
  const options = { minMs: 100, maxMs: 100 };
  assert.deepEqual(waits(1, { ...options, random: () => 0.5 }), [75]);
  assert.deepEqual(waits(1, { ...options, jitter: 1, random: () => 0.75 }), [25]);
  assert.deepEqual(waits(1, { ...options, jitter: 0, random: () => 0.75 }), [100]);
});

test("by default chance is Math.random: waits stay between half and all", () => {
  for (const waitMs of waits(1000, { minMs: 1000, maxMs: 1000 })) {
    assert.ok(waitMs >= 500 && waitMs <= 1000);
  }
});

test("reset() begins with the shortest again; attempts counts since then", () => {
  const backoff = new Backoff({ minMs: 10, maxMs: 1000, random: () => 0 });
  backoff.nextMs();
  backoff.nextMs();
  assert.equal(backoff.attempts, 2);
  backoff.reset();
  assert.equal(backoff.attempts, 0);
  assert.equal(backoff.nextMs(), 10);
});

test("options that are undefined are the defaults", () => {
  const options = { minMs: undefined, random: undefined } as unknown as BackoffOptions;
  const waitMs = new Backoff(options).nextMs();
  assert.ok(waitMs >= 100 && waitMs <= 200);
});

test("options of the wrong type, and out of their limits, are refused", () => {
  const wrong = [{ minMs: "1" }, { jitter: true }, { random: 1 }] as unknown as BackoffOptions[];
  for (const options of wrong) assert.throws(() => new Backoff(options), TypeError);
  for (const options of [{ minMs: NaN }, { maxMs: 1 }, { factor: 0 }, { jitter: -0.1 }]) {
    assert.throws(() => new Backoff(options), RangeError);
  }
});

import assert from "node:assert/strict";
import { systemAddress } from "../../ffi/memory/system.ts";
import { done, NativeFunction, type Scope } from "../../src/mod.ts";
import { ending } from "../fixtures/handle_ending.ts";
import { play, run, throwsClosed } from "../fixtures/handle_machine.ts";
import { NativeCounter } from "../fixtures/native_counter.ts";
import { LoopTest, testLoop } from "../harness.ts";

testLoop("W1: a native function is called once, and the machine told once", (t) => {
  using counter = new NativeCounter();
  let told = 0;
  play(t, (scope) => {
    const request = scope.work(counter.function, counter.address);
    return {
      worked: (event) => {
        assert.equal(event.request, request);
        assert.equal(request.result, undefined);
        told++;
        return done();
      },
    };
  });
  run(t);
  assert.deepEqual({ told, count: counter.count }, { told: 1, count: 1 });
});

testLoop("W3: two loops share the pool, and each hears of its own functions", (t) => {
  using counter = new NativeCounter();
  const other = new LoopTest();
  const told: number[] = [];
  const loops = [t, other];
  for (const test of loops) {
    play(test, (scope) => {
      let count = 0;
      for (let i = 0; i < 10; i++) scope.work(counter.function, counter.address);
      return {
        worked: () => {
          if (++count < 10) return;
          told.push(count);
          return done();
        },
      };
    });
  }
  for (const test of loops) run(test);
  assert.deepEqual({ told, count: counter.count }, { told: [10, 10], count: 20 });
  other.loop.close();
});

testLoop("a function that was taken back is not called", (t) => {
  using counter = new NativeCounter();
  let taken = 0;
  let answered = 0;
  const all = 200;
  play(t, (scope) => {
    for (let i = 0; i < all; i++) {
      if (scope.work(counter.function, counter.address).cancel()) taken++;
    }
    const answer = () => ++answered === all ? done() : undefined;
    return {
      worked: answer,
      workFailed: ({ error }) => {
        assert.equal(error.code, "ECANCELED");
        return answer();
      },
    };
  });
  run(t);
  assert.equal(counter.count + taken, all);
});

testLoop("what is no native function is refused", (t) => {
  const harmless = new NativeFunction(systemAddress("sched_yield"));
  let ended: Scope | undefined;
  for (const bad of [0, -1, NaN, 2 ** 60, 0n]) {
    assert.throws(() => new NativeFunction(bad), RangeError);
  }
  for (const bad of [null, undefined, "x"]) {
    assert.throws(() => new NativeFunction(bad as never), TypeError);
  }
  assert.throws(() => NativeFunction.ofLibuv("uv_no_such_function"), RangeError);
  assert.ok(NativeFunction.ofLibuv("uv_run").address > 0);
  play(t, (scope) => {
    const call = scope.work.bind(scope) as (...args: unknown[]) => unknown;
    assert.throws(() => call(), TypeError);
    assert.throws(() => call(() => {}), TypeError);
    assert.throws(() => call(harmless.address), TypeError);
    assert.throws(() => call(harmless, "1"), TypeError);
    assert.throws(() => call(harmless, 1.5), RangeError);
    assert.throws(() => call(harmless, 2n ** 64n), RangeError);
    assert.equal(t.loop.metrics().requests, 0);
    return ending(ended = scope);
  });
  run(t);
  throwsClosed(() => ended?.work(harmless));
});

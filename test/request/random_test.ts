import assert from "node:assert/strict";
import { done, type Scope, Session } from "../../src/mod.ts";
import { ending } from "../fixtures/handle_ending.ts";
import { play, run, throwsClosed, throwsState } from "../fixtures/handle_machine.ts";
import { warmUpPump } from "../fixtures/pump_echo.ts";
import { testLoop } from "../harness.ts";

await warmUpPump();

for (const byteLength of [0, 1, 16, 100_000]) {
  testLoop(`W4: ${byteLength} random bytes`, (t) => {
    let bytes: Uint8Array | undefined;
    play(t, (scope) => {
      const request = scope.random(byteLength);
      throwsState(() => request.result);
      return {
        random: (event) => {
          assert.equal(event.request, request);
          bytes = event.request.result;
          return done();
        },
      };
    });
    run(t);
    assert.equal(bytes?.length, byteLength);
    if (byteLength > 1000) assert.ok(new Set(bytes).size > 200, "bytes of few values");
  });
}

testLoop("two requests are given different bytes, which stay as they are", (t) => {
  const found: Uint8Array[] = [];
  play(t, (scope) => {
    scope.random(32);
    scope.random(32);
    return {
      random: ({ request }) => {
        found.push(request.result);
        return found.length === 2 ? done() : undefined;
      },
    };
  });
  run(t);
  assert.notDeepEqual(found[0], found[1]);
  const copy = Uint8Array.from(found[0] as Uint8Array);
  (found[1] as Uint8Array).fill(0);
  assert.deepEqual(found[0], copy);
});

testLoop("a session hands random bytes out as a promise", async ({ loop }) => {
  using session = Session.open(loop);
  const running = loop.pump();
  assert.equal((await session.request((scope) => scope.random(24))).length, 24);
  session.close();
  await running;
});

testLoop("a machine that ends leaves its request behind, and nothing else", (t) => {
  play(t, (scope) => {
    for (let i = 0; i < 20; i++) scope.random(1_000_000);
    return ending(scope, { random: () => {}, randomFailed: () => {} });
  });
  run(t);
});

testLoop("bad lengths are refused before anything is asked", (t) => {
  let ended: Scope | undefined;
  play(t, (scope) => {
    const call = scope.random.bind(scope) as (byteLength: unknown) => unknown;
    assert.throws(() => call("8"), TypeError);
    for (const length of [-1, 0.5, NaN, 2 ** 31]) assert.throws(() => call(length), RangeError);
    assert.equal(t.loop.metrics().requests, 0);
    return ending(ended = scope);
  });
  run(t);
  throwsClosed(() => ended?.random(8));
});

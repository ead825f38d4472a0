import assert from "node:assert/strict";
import {
  done,
  type HostService,
  type NameInfoOptions,
  type Scope,
  type UvError,
} from "../../src/mod.ts";
import { ending } from "../fixtures/handle_ending.ts";
import { play, run, throwsClosed } from "../fixtures/handle_machine.ts";
import { type LoopTest, testLoop } from "../harness.ts";

/** Looks an address up on a machine of its own. */
function nameOf(
  t: LoopTest,
  address: string,
  port: number,
  options?: NameInfoOptions,
): HostService | UvError {
  let outcome: HostService | UvError | undefined;
  play(t, (scope) => {
    const request = scope.nameinfo(address, port, options);
    assert.equal(request.state, "pending");
    return {
      named: (event) => {
        assert.equal(event.request, request);
        outcome = request.result;
        return done();
      },
      nameFailed: (event) => {
        outcome = event.error;
        return done();
      },
    };
  });
  run(t);
  return outcome ?? assert.fail("no answer");
}

const numeric = { numericHost: true, numericService: true } as const;

testLoop("D2: 127.0.0.1 and ::1 have a name", (t) => {
  for (const address of ["127.0.0.1", "::1"]) {
    const { host, service } = nameOf(t, address, 80) as HostService;
    assert.match(host, /local|::1|ip6-/, address);
    assert.match(service, /^(http|80)$/);
  }
});

testLoop("numbers stay numbers where that is asked for", (t) => {
  assert.deepEqual(nameOf(t, "127.0.0.1", 80, numeric), { host: "127.0.0.1", service: "80" });
  assert.deepEqual(nameOf(t, "::1", 0, numeric), { host: "::1", service: "0" });
});

testLoop("an address without a name fails only where a name is required", (t) => {
  const numericHost = true;
  const failure = nameOf(t, "127.0.0.1", 1, { numericHost, requireName: true }) as UvError;
  assert.equal(failure.code, "EAI_NONAME");
  assert.match(failure.message, /^Cannot name 127\.0\.0\.1:1: EAI_NONAME/);
});

testLoop("a hundred lookups at once are each answered once", (t) => {
  const answered = new Map<number, string>();
  play(t, (scope) => {
    for (let port = 1; port <= 100; port++) scope.nameinfo("127.0.0.1", port, numeric);
    return {
      named: ({ request }) => {
        assert.equal(answered.has(request.port), false);
        answered.set(request.port, request.result.service);
        return answered.size === 100 ? done() : undefined;
      },
    };
  });
  run(t);
  for (const [port, service] of answered) assert.equal(service, `${port}`);
});

testLoop("a machine that ends leaves its lookup behind, and nothing else", (t) => {
  play(t, (scope) => {
    scope.nameinfo("127.0.0.1", 80, numeric);
    scope.nameinfo("127.0.0.1", 81);
    return ending(scope, { named: () => {} });
  });
  run(t);
});

testLoop("bad arguments are refused before anything is asked", (t) => {
  play(t, (scope) => {
    const call = scope.nameinfo.bind(scope) as (...args: unknown[]) => unknown;
    assert.throws(() => call(1, 80), TypeError);
    assert.throws(() => call("127.0.0.1"), TypeError);
    assert.throws(() => call("localhost", 80), RangeError);
    assert.throws(() => call("", 80), RangeError);
    assert.throws(() => call("127.0.0.1\0x", 80), RangeError);
    for (const port of [-1, 65536, 1.5, NaN]) assert.throws(() => call("::1", port), RangeError);
    assert.throws(() => call("::1", 80, 1), TypeError);
    assert.throws(() => call("::1", 80, { numericHost: 1 }), TypeError);
    assert.equal(t.loop.metrics().requests, 0);
    return ending(scope);
  });
  run(t);
});

testLoop("a machine that has ended can ask for nothing", (t) => {
  let ended: Scope | undefined;
  play(t, (scope) => ending(ended = scope));
  run(t);
  throwsClosed(() => ended?.nameinfo("127.0.0.1", 80));
});

import assert from "node:assert/strict";
import { done, type HostAddress, ok, type ResolveOptions, stateMachine } from "../../src/mod.ts";
import { play, run, throwsClosed } from "../fixtures/handle_machine.ts";
import { type LoopTest, testLoop } from "../harness.ts";

/** Looks a name up on a machine of its own, which must find it. */
function addressesOf(t: LoopTest, host: string, options?: ResolveOptions): readonly HostAddress[] {
  let found: readonly HostAddress[] = [];
  play(t, (scope) => {
    const request = scope.resolve(host, options);
    return {
      resolved: (event) => {
        assert.equal(event.request, request);
        found = event.addresses;
        return done();
      },
    };
  });
  run(t);
  return found;
}

/** Looks a name up on a machine of its own, which must fail. */
function failureOf(t: LoopTest, host: string, options?: ResolveOptions): Error & { code: string } {
  let failure: (Error & { code: string }) | undefined;
  play(t, (scope) => {
    const request = scope.resolve(host, options);
    return {
      resolveFailed: (event) => {
        assert.equal(event.request, request);
        failure = event.error;
        return done();
      },
    };
  });
  run(t);
  return failure ?? assert.fail(`${host} was resolved`);
}

testLoop("D1: localhost resolves to loopback addresses, each of them once", (t) => {
  const addresses = addressesOf(t, "localhost");
  const texts = addresses.map(({ address }) => address);
  assert.ok(addresses.length > 0);
  assert.equal(new Set(texts).size, texts.length, `${texts}`);
  for (const { family, address } of addresses) {
    assert.match(address, family === "IPv4" ? /^127\./ : /^::1$/);
  }
});

testLoop("D1: ten lookups at once are each answered once", (t) => {
  const counts = new Map<string, number>();
  play(t, (scope) => {
    const hosts = Array.from({ length: 10 }, (_, i) => `127.0.0.${i + 1}`);
    for (const host of hosts) scope.resolve(host);
    assert.equal(t.loop.metrics().requests, 10);
    return {
      resolved: ({ request, addresses }) => {
        assert.deepEqual(addresses, [{ family: "IPv4", address: request.host }]);
        counts.set(request.host, (counts.get(request.host) ?? 0) + 1);
        if (counts.size === hosts.length) return ok().deadline(scope.after(20));
      },
      timeout: () => done(),
    };
  });
  run(t);
  assert.deepEqual([...counts.values()], Array(10).fill(1));
});

testLoop("a name that does not exist fails, in libuv's words", (t) => {
  const { code, message } = failureOf(t, "nosuch.invalid");
  assert.match(code, /^EAI_(AGAIN|NONAME|NODATA|FAIL)$/);
  assert.match(message, new RegExp(`^Cannot resolve nosuch.invalid: ${code}, .+`));
});

testLoop("literal addresses resolve to themselves, in the usual form", (t) => {
  const ip = (family: "IPv4" | "IPv6", address: string) => [{ family, address }];
  assert.deepEqual(addressesOf(t, "192.0.2.7"), ip("IPv4", "192.0.2.7"));
  assert.deepEqual(addressesOf(t, "255.255.255.255"), ip("IPv4", "255.255.255.255"));
  assert.deepEqual(addressesOf(t, "2001:DB8:0:0::1"), ip("IPv6", "2001:db8::1"));
  assert.deepEqual(addressesOf(t, "::ffff:192.0.2.7"), ip("IPv6", "::ffff:192.0.2.7"));
  const longest = "2001:db8:1111:2222:3333:4444:5555:6666";
  assert.deepEqual(addressesOf(t, longest), ip("IPv6", longest));
});

testLoop("a link-local address keeps the number of its interface", (t) => {
  assert.deepEqual(addressesOf(t, "fe80::1%1"), [{ family: "IPv6", address: "fe80::1%1" }]);
  const all = "fe80::ffff:ffff:ffff:ffff";
  assert.deepEqual(addressesOf(t, `${all}%77777`), [{ family: "IPv6", address: `${all}%77777` }]);
});

testLoop("family: addresses of the other family do not do", (t) => {
  assert.deepEqual(addressesOf(t, "localhost", { family: 4 })[0]?.family, "IPv4");
  assert.deepEqual(addressesOf(t, "::1", { family: 6 })[0]?.family, "IPv6");
  assert.deepEqual(addressesOf(t, "::1", { family: 0 })[0]?.family, "IPv6");
  assert.match(failureOf(t, "::1", { family: 4 }).code, /^EAI_(ADDRFAMILY|NONAME|NODATA)$/);
  assert.match(failureOf(t, "127.0.0.1", { family: 6 }).code, /^EAI_(ADDRFAMILY|NONAME|NODATA)$/);
});

testLoop("numericHost: an address will do, a name will not, and nobody is asked", (t) => {
  const options = { numericHost: true };
  assert.deepEqual(addressesOf(t, "::1", options), [{ family: "IPv6", address: "::1" }]);
  const { code, message } = failureOf(t, "localhost", options);
  assert.equal(code, "EAI_NONAME");
  assert.match(message, /^Cannot resolve localhost: EAI_NONAME, unknown node or service$/);
  assert.equal(failureOf(t, "BÜCHER.example", options).code, "EAI_NONAME");
});

testLoop("an error names the host as it was written", (t) => {
  assert.match(failureOf(t, "BÜCHER.invalid").message, /^Cannot resolve BÜCHER\.invalid: EAI_/);
});

testLoop("the longest host that fits is looked up whole", (t) => {
  const host = `${"a".repeat(252)}.de`;
  assert.equal(host.length, 255);
  assert.equal(failureOf(t, host, { numericHost: true }).code, "EAI_NONAME");
});

testLoop("the event has a request, which is done, and no handle", (t) => {
  const { handle, request, state } = eventOf(t, "127.0.0.1");
  assert.deepEqual([handle, state], [undefined, "done"]);
  assert.deepEqual([request.kind, request.host], ["resolve", "127.0.0.1"]);
});

/** Looks a name up; what its event said while it lasted. */
function eventOf(t: LoopTest, host: string) {
  const seen: { handle: unknown; request: { kind: string; host: string }; state: string }[] = [];
  play(t, (scope) => {
    assert.equal(scope.resolve(host, { numericHost: true }).state, "pending");
    return {
      resolved: ({ handle, request }) => {
        seen.push({ handle, request, state: request.state });
        return done();
      },
      resolveFailed: ({ handle, request }) => {
        seen.push({ handle, request, state: request.state });
        return done();
      },
    };
  });
  run(t);
  return seen[0] ?? assert.fail("no event");
}

testLoop("addresses stay as they are when later lookups are answered", (t) => {
  const first = addressesOf(t, "192.0.2.1");
  const second = addressesOf(t, "192.0.2.2");
  assert.deepEqual([first[0]?.address, second[0]?.address], ["192.0.2.1", "192.0.2.2"]);
});

testLoop("a connection can be made to what a name stands for", (t) => {
  play(t, (scope) => {
    const listener = scope.tcp();
    listener.bind("127.0.0.1", 0);
    listener.listen();
    scope.resolve("localhost", { family: 4 });
    return {
      resolved: ({ addresses: [first] }) => {
        scope.tcp().connect(first?.address ?? "", listener.localAddress().port);
      },
      connection: () => {},
      connected: () => done(),
    };
  });
  run(t);
});

testLoop("two thousand lookups, one after the other, take no more memory than one", (t) => {
  let bytes = 0;
  play(t, (scope) => {
    let left = 2000;
    scope.resolve("127.0.0.1");
    return {
      resolved: () => {
        bytes ||= t.loop.metrics().arenaBytes;
        if (--left === 0) return done();
        scope.resolve(left % 2 === 0 ? "::1" : "127.0.0.1");
      },
    };
  });
  run(t);
  assert.equal(t.loop.metrics().arenaBytes, bytes);
});

testLoop("a handler that throws ends its machine, and no other", (t) => {
  const failure = new Error("not that one");
  for (const host of ["127.0.0.1", "not-a-number"]) {
    const fail = (): never => {
      throw failure;
    };
    play(t, (scope) => {
      scope.resolve(host, { numericHost: true });
      return { resolved: fail, resolveFailed: fail };
    });
  }
  play(t, (scope) => {
    scope.timer().start(50);
    return {
      timer: () => void scope.resolve("127.0.0.1"),
      resolved: () => {
        t.events.push("resolved");
        return done();
      },
    };
  });
  t.loop.run();
  for (let i = 0; i < 2; i++) {
    const { error, handler } = t.takeError();
    assert.deepEqual([error, handler], [failure, "ready"]);
  }
  assert.deepEqual(t.events, ["resolved"]);
});

testLoop("bad arguments are refused before anything is asked", (t) => {
  play(t, (scope) => {
    const resolve = scope.resolve.bind(scope) as (...args: unknown[]) => unknown;
    for (const host of [undefined, null, 1, {}, ["localhost"], Symbol("localhost")]) {
      assert.throws(() => resolve(host), TypeError, `${String(host)}`);
    }
    for (const host of ["", "a\0b", "\0", "a".repeat(256), "a".repeat(1e6), "ü b", "\ud800"]) {
      assert.throws(() => resolve(host), RangeError, host.slice(0, 20));
    }
    for (const options of [null, 4, "IPv4"]) assert.throws(() => resolve("a", options), TypeError);
    for (const family of ["4", null, true, 4n]) {
      assert.throws(() => resolve("a", { family }), TypeError);
    }
    for (const family of [1, 2, 10, -4, 4.5, NaN, Infinity]) {
      assert.throws(() => resolve("a", { family }), RangeError);
    }
    for (const numericHost of [0, 1, "true", null]) {
      assert.throws(() => resolve("a", { numericHost }), TypeError);
    }
    assert.equal(t.loop.metrics().requests, 0);
    scope.resolve("127.0.0.1");
    return { resolved: () => done() };
  });
  run(t);
});

testLoop("a machine that has ended can ask for nothing", (t) => {
  play(t, (scope) => {
    scope.timer().start(0);
    return {
      timer: () => done(),
      dispose: () => throwsClosed(() => scope.resolve("localhost")),
    };
  });
  run(t);
});

type Search =
  | { readonly kind: "searching" }
  | { readonly kind: "found"; readonly addresses: readonly HostAddress[] }
  | { readonly kind: "lost" };

testLoop("a machine of states hears of lookups by the names of their events", (t) => {
  const search = stateMachine<Search>()({
    searching: { resolved: ["found"], resolveFailed: ["lost"] },
    found: { timeout: ["done"] },
    lost: { timeout: ["done"] },
  }, {
    searching: {
      resolved: (_state, scope, { addresses }) =>
        ok({ kind: "found", addresses }).deadline(scope.now),
      resolveFailed: (_state, scope, { error, request }) => {
        t.events.push(`${request.host}: ${error.code}`);
        return ok({ kind: "lost" }).deadline(scope.now);
      },
    },
    found: {
      timeout: ({ addresses }) => {
        t.events.push(`${addresses[0]?.address}`);
        return done();
      },
    },
    lost: { timeout: () => done() },
  });
  for (const host of ["127.0.0.1", "nobody"]) {
    t.loop.addMachine((scope) => {
      scope.resolve(host, { numericHost: true });
      return search.start({ kind: "searching" });
    });
  }
  run(t);
  assert.deepEqual(t.events.sort(), ["127.0.0.1", "nobody: EAI_NONAME"]);
});

import assert from "node:assert/strict";
import { ClosedError, Session, SpawnError, UvError } from "../../src/mod.ts";
import { warmUpPump } from "../fixtures/pump_echo.ts";
import { testLoop } from "../harness.ts";

await warmUpPump();

testLoop("Session.request() resolves with what came of the request", async ({ loop }) => {
  using session = Session.open(loop);
  const running = loop.pump();
  const [first] = await session.request((scope) => scope.resolve("127.0.0.1"));
  assert.deepEqual(first, { family: "IPv4", address: "127.0.0.1" });
  session.close();
  await running;
});

testLoop("Session.request() rejects with the request's error", async ({ loop }) => {
  using session = Session.open(loop);
  const running = loop.pump();
  const numericHost = true;
  const request = session.request((scope) => scope.resolve("no-address", { numericHost }));
  await assert.rejects(request, (error: unknown) => error instanceof UvError);
  session.close();
  await running;
});

testLoop("Session.request() rejects with what making the request throws", async ({ loop }) => {
  using session = Session.open(loop);
  const running = loop.pump();
  await assert.rejects(session.request((scope) => scope.resolve("")), RangeError);
  session.close();
  await running;
});

testLoop("Session.request() rejects with the reason of its signal", async ({ loop }) => {
  using session = Session.open(loop);
  const running = loop.pump();
  const late = new AbortController();
  const request = session.request((s) => s.resolve("127.0.0.1"), { signal: late.signal });
  late.abort("enough");
  await assert.rejects(request, (reason: unknown) => reason === "enough");
  const never = session.request(() => assert.fail("a request was made"), { signal: late.signal });
  await assert.rejects(never, (reason: unknown) => reason === "enough");
  session.close();
  await running;
});

testLoop("Session.close() rejects what is not answered, and lets the pump end", async (t) => {
  const session = Session.open(t.loop);
  const running = t.loop.pump();
  const request = session.request((scope) => scope.resolve("127.0.0.1"));
  session.close();
  session.close();
  await assert.rejects(request, ClosedError);
  await running;
  await assert.rejects(session.request((scope) => scope.resolve("127.0.0.1")), ClosedError);
});

testLoop("A loop that closes ends its sessions", async ({ loop }) => {
  const session = Session.open(loop);
  const request = session.request((scope) => scope.resolve("127.0.0.1"));
  loop.close();
  await assert.rejects(request, ClosedError);
  session.close();
  assert.throws(() => Session.open(loop), ClosedError);
});

testLoop("Session.open() says that a full loop has no room", ({ loop }) => {
  const session = Session.open(loop);
  assert.throws(() => Session.open(loop), SpawnError);
  session.close();
  loop.run();
}, { slabCapacity: 1 });

testLoop("Session refuses what is no loop, no request and no signal", async ({ loop }) => {
  assert.throws(() => Session.open(undefined as never), TypeError);
  using session = Session.open(loop);
  for (const start of [() => undefined, () => ({}), 1, undefined]) {
    await assert.rejects(session.request(start as never), TypeError);
  }
  const signal = {} as AbortSignal;
  const request = session.request((scope) => scope.resolve("127.0.0.1"), { signal });
  await assert.rejects(request, TypeError);
  assert.equal(loop.metrics().requests, 0);
  session.close();
  await loop.pump();
});

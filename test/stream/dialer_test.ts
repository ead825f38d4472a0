import assert from "node:assert/strict";
import { errorNumber } from "../../ffi/libuv/error_number.ts";
import { ConnectionError, type EarlyScope, type IoEvent, UvError } from "../../src/mod.ts";
import { Dialer } from "../../src/stream/dialer.ts";
import { test } from "../harness.ts";

/** What a dialer asks of its scope, as far as it is used; nothing is connected. */
class FakeScope {
  /** Addresses that connecting was begun to. */
  readonly dialed: string[] = [];
  readonly sockets: { state: string }[] = [];
  readonly cancelled: string[] = [];
  /** Addresses that are refused at once. */
  unreachable: readonly string[] = [];
  now = 0;
  readonly request = { cancel: () => void this.cancelled.push("resolve") };

  after(delayMs: number): number {
    return this.now + delayMs;
  }

  resolve(): unknown {
    return this.request;
  }

  tcp(): unknown {
    const socket = {
      state: "open",
      connect: (address: string, port: number) => {
        this.dialed.push(`${address}:${port}`);
        if (this.unreachable.includes(address)) throw refused("UV_ENETUNREACH");
      },
      close: () => void (socket.state = "closing"),
    };
    this.sockets.push(socket);
    return socket;
  }
}

function refused(code: "UV_ENETUNREACH" | "UV_ECONNREFUSED"): UvError {
  return new UvError(errorNumber(code), "connect to", "a test");
}

/** A dialer that has begun, to a name. */
class DialerTest {
  readonly scope = new FakeScope();
  readonly dialer = new Dialer({ host: "name", port: 7 }, 100);

  constructor() {
    this.dialer.start(this.scope as unknown as EarlyScope);
  }

  resolved(...addresses: string[]): void {
    this.tell({
      kind: "resolved",
      request: this.scope.request,
      addresses: addresses.map((address) => ({ family: "IPv4", address })),
    });
  }

  /** What became of an attempt, the last one by default. */
  attempt(kind: "connected" | "connectFailed", index = this.scope.sockets.length - 1): void {
    this.tell({ kind, handle: this.scope.sockets[index], error: refused("UV_ECONNREFUSED") });
  }

  timeout(): void {
    this.dialer.timeout(this.scope as unknown as EarlyScope);
  }

  tell(event: object): void {
    this.dialer.ready(event as IoEvent, this.scope as unknown as EarlyScope);
  }

  /** Sockets that are open. */
  get open(): number {
    return this.scope.sockets.filter(({ state }) => state === "open").length;
  }
}

test("addresses are tried one after the other, until one answers", () => {
  const t = new DialerTest();
  t.resolved("10.0.0.1", "10.0.0.2", "10.0.0.3");
  assert.deepEqual(t.scope.dialed, ["10.0.0.1:7"]);
  t.attempt("connectFailed");
  assert.deepEqual(t.scope.dialed, ["10.0.0.1:7", "10.0.0.2:7"]);
  assert.equal(t.open, 1);
  t.attempt("connected");
  assert.equal(t.dialer.stream, t.scope.sockets[1]);
  assert.equal(t.dialer.deadlineMs, Infinity);
  assert.equal(t.dialer.error, undefined);
});

test("when none answers the last error is told, and nothing is open", () => {
  const t = new DialerTest();
  t.resolved("10.0.0.1", "10.0.0.2");
  t.attempt("connectFailed");
  t.attempt("connectFailed");
  assert.equal((t.dialer.error as UvError).code, "ECONNREFUSED");
  assert.equal(t.open, 0);
  assert.equal(t.dialer.deadlineMs, Infinity);
});

test("an address that is refused at once is passed over", () => {
  const t = new DialerTest();
  t.scope.unreachable = ["10.0.0.1", "10.0.0.2"];
  t.resolved("10.0.0.1", "10.0.0.2", "10.0.0.3");
  assert.equal(t.scope.dialed.length, 3);
  assert.equal(t.open, 1);
});

test("each address has a time of its own", () => {
  const t = new DialerTest();
  t.scope.now = 50;
  t.resolved("10.0.0.1", "10.0.0.2");
  assert.equal(t.dialer.deadlineMs, 150);
  t.scope.now = 150;
  t.timeout();
  assert.equal(t.dialer.deadlineMs, 250);
  assert.deepEqual(t.scope.dialed, ["10.0.0.1:7", "10.0.0.2:7"]);
  t.timeout();
  assert.equal((t.dialer.error as ConnectionError).kind, "connectTimeout");
  assert.equal(t.open, 0);
});

test("an attempt that was given up is not heard of any more", () => {
  const t = new DialerTest();
  t.resolved("10.0.0.1", "10.0.0.2");
  t.timeout();
  t.attempt("connected", 0);
  t.attempt("connectFailed", 0);
  assert.equal(t.dialer.stream, undefined);
  assert.equal(t.scope.dialed.length, 2);
});

test("a look-up that takes too long is taken back", () => {
  const t = new DialerTest();
  assert.equal(t.dialer.deadlineMs, 100);
  t.timeout();
  assert.deepEqual(t.scope.cancelled, ["resolve"]);
  assert.equal((t.dialer.error as ConnectionError).kind, "connectTimeout");
  t.resolved("10.0.0.1");
  assert.deepEqual(t.scope.dialed, []);
});

test("a look-up that fails is the error", () => {
  const t = new DialerTest();
  const error = refused("UV_ECONNREFUSED");
  t.tell({ kind: "resolveFailed", request: {}, error: undefined }); // somebody else's
  assert.equal(t.dialer.error, undefined);
  t.tell({ kind: "resolveFailed", request: t.scope.request, error });
  assert.equal(t.dialer.error, error);
});

test("stop() takes back what is under way", () => {
  const resolving = new DialerTest();
  resolving.dialer.stop();
  resolving.dialer.stop();
  assert.deepEqual(resolving.scope.cancelled, ["resolve"]);
  const connecting = new DialerTest();
  connecting.resolved("10.0.0.1", "10.0.0.2");
  connecting.dialer.stop();
  assert.equal(connecting.open, 0);
  assert.equal(connecting.dialer.deadlineMs, Infinity);
  assert.equal(connecting.dialer.error, undefined);
});

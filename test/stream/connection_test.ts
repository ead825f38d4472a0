import assert from "node:assert/strict";
import { done, HeapBlocks, type Protocol, sleep } from "../../src/mod.ts";
import { Connection } from "../../src/stream/connection.ts";
import { streamSettings } from "../../src/stream/stream_options.ts";
import { TestScope, TestStream } from "../../src/testing/mod.ts";
import { test } from "../harness.ts";

/** A connection whose events come from the test itself, in any order. */
function connected(protocol: Protocol<undefined>) {
  const blocks = new HeapBlocks();
  const stream = new TestStream(blocks);
  const scope = new TestScope(undefined, blocks, 0);
  stream.room = 0;
  const connection = new Connection(stream, protocol, scope, streamSettings({}));
  connection.start(scope);
  return { connection, stream, scope };
}

const writer: Protocol<undefined> = {
  connected({ output }) {
    output.write("abc");
    return done();
  },
};

test("an end that comes after reading was stopped does not cut the output off", () => {
  const { connection, stream, scope } = connected(writer);
  connection.ready({ kind: "end", handle: stream }, scope);
  assert.equal(connection.outcome, undefined);
  connection.ready({ kind: "shutdown", handle: stream }, scope);
  assert.deepEqual(connection.outcome, { kind: "done", error: undefined });
});

test("nor does a read error: the write tells whether it arrived", () => {
  const { connection, stream, scope } = connected(writer);
  const error = new Error("ECONNRESET") as never;
  connection.ready({ kind: "readFailed", handle: stream, error }, scope);
  assert.equal(connection.outcome, undefined);
  connection.ready({ kind: "writeFailed", handle: stream, error }, scope);
  assert.deepEqual(connection.outcome, { kind: "lost", error });
});

test("events after the outcome change nothing", () => {
  const { connection, stream, scope } = connected({ ...writer, connected: () => sleep() });
  stream.close();
  connection.ready({ kind: "closed", handle: stream }, scope);
  const { outcome } = connection;
  assert.deepEqual(outcome, { kind: "lost", error: undefined });
  connection.ready({ kind: "end", handle: stream }, scope);
  connection.wakeup(scope);
  connection.timeout(scope);
  connection.finish(scope);
  assert.equal(connection.outcome, outcome);
});

test("finish() is done() from outside, and may be called again", () => {
  const { connection, stream, scope } = connected({ ...writer, connected: () => sleep() });
  connection.finish(scope);
  connection.finish(scope);
  assert.equal(connection.outcome, undefined);
  assert.equal(stream.isWritable, false);
  connection.ready({ kind: "shutdown", handle: stream }, scope);
  connection.ready({ kind: "end", handle: stream }, scope);
  assert.deepEqual(connection.outcome, { kind: "done", error: undefined });
});

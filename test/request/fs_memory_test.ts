import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { NativeSpan } from "../../ffi/mod.ts";
import {
  type Block,
  Chain,
  done,
  type File,
  fileSystem,
  ForeignMemory,
  Loop,
  PinnedMemory,
  type Scope,
} from "../../src/mod.ts";
import { inFolder } from "../fixtures/fs_folder.ts";
import { answer, runSteps, type Steps } from "../fixtures/fs_script.ts";
import { play, run, throwsClosed, throwsState } from "../fixtures/handle_machine.ts";
import { type LoopTest, testLoop } from "../harness.ts";

const text = (data: Uint8Array): string => new TextDecoder().decode(data);

function lease(scope: Scope): Block {
  return scope.leaseBlock() ?? assert.fail("no block is left");
}

/** Runs a machine that goes through these steps with a file that is open both ways. */
function withFile(
  t: LoopTest,
  content: string,
  steps: (file: File, scope: Scope) => Steps,
): void {
  inFolder(({ at }) => {
    writeFileSync(at("file"), content);
    runSteps(t, function* (scope) {
      const file = yield* answer(scope.fs.open(at("file"), { read: true, write: true }));
      yield* steps(file, scope);
    });
  });
}

testLoop("a read lands in a block of the pool, which tells how much", (t) => {
  withFile(t, "content", function* (file, scope) {
    const block = lease(scope);
    assert.equal(yield* answer(file.read(block)), 7);
    assert.equal(block.length, 7);
    assert.equal(text(block.bytes.subarray(0, 7)), "content");
    assert.equal(yield* answer(file.read(block)), 0);
    assert.equal(block.length, 0);
    assert.equal(block.holders, 1);
    block.release();
  });
});

testLoop("several blocks are filled in turn", (t) => {
  inFolder(({ at }) => {
    runSteps(t, function* (scope) {
      const blocks = [lease(scope), lease(scope), lease(scope)];
      const { length } = blocks[0]!.bytes;
      writeFileSync(at("file"), "x".repeat(length + 10));
      const file = yield* answer(scope.fs.open(at("file")));
      assert.equal(yield* answer(file.read(blocks)), length + 10);
      assert.deepEqual(blocks.map((block) => block.length), [length, 10, 0]);
      for (const block of blocks) block.release();
    });
  });
});

testLoop("a block that was read is written on without a copy", (t) => {
  inFolder(({ at }) => {
    writeFileSync(at("from"), "content");
    runSteps(t, function* (scope) {
      const from = yield* answer(scope.fs.open(at("from")));
      const to = yield* answer(scope.fs.open(at("to"), { write: true, create: true }));
      const block = lease(scope);
      yield* answer(from.read(block));
      const request = to.write(block);
      block.release(); // the request holds it
      assert.equal(block.holders, 1);
      assert.equal(yield* answer(request), 7);
      assert.equal(block.holders, 0);
    });
    assert.equal(readFileSync(at("to"), "utf8"), "content");
  });
});

testLoop("a block that is released while it is read into returns to the pool after that", (t) => {
  withFile(t, "content", function* (file, scope) {
    const block = lease(scope);
    const request = file.read(block);
    block.release();
    assert.equal(block.holders, 1);
    assert.equal(yield* answer(request), 7);
    assert.equal(block.holders, 0);
  });
});

testLoop("a block that others hold, or that is given twice, is not read into", (t) => {
  withFile(t, "content", function* (file, scope) {
    const block = lease(scope);
    const request = file.read(block);
    throwsState(() => file.read(block));
    yield* answer(request);
    throwsState(() => file.read([block, block]));
    assert.equal(block.holders, 1);
    block.retain();
    throwsState(() => file.read(block));
    block.release();
    block.release();
    throwsClosed(() => file.read(block));
    throwsClosed(() => file.write(block));
  });
});

testLoop("a block of another loop is refused", (t) => {
  inFolder(({ at }) => {
    writeFileSync(at("file"), "content");
    using other = Loop.create().instantiate(undefined);
    let stranger: Block | undefined;
    other.addMachine((scope) => {
      stranger = lease(scope);
      return done();
    });
    assert.ok(stranger);
    const block = stranger;
    runSteps(t, function* ({ fs }) {
      const file = yield* answer(fs.open(at("file"), { read: true, write: true }));
      assert.throws(() => file.read(block), TypeError);
      assert.throws(() => file.write(block), TypeError);
      assert.throws(() => file.write([new Uint8Array(20_000), block]), TypeError);
    });
    using file = fileSystem.open(at("file"));
    assert.equal(file.read(block), 7, "at once there is no harm in it");
    block.release();
  });
});

testLoop("pinned memory is read into, written, and released after the event", (t) => {
  inFolder(({ at }) => {
    const events: string[] = [];
    runSteps(t, function* ({ fs }) {
      const file = yield* answer(fs.open(at("file"), { read: true, write: true, create: true }));
      const bytes = new TextEncoder().encode("pinned");
      const memory = new PinnedMemory(bytes, { released: () => events.push("released") });
      const request = file.write(memory);
      memory.release();
      assert.deepEqual(events, []);
      yield* answer(request);
      const target = new PinnedMemory(new Uint8Array(4));
      assert.equal(yield* answer(file.read(target, { position: 1 })), 4);
      assert.equal(text(target.bytes), "inne");
      target.release();
      throwsClosed(() => file.read(target));
    });
    assert.deepEqual(events, ["released"]);
  });
});

testLoop("chains and long bytes are written from where they are, short ones are copied", (t) => {
  inFolder(({ at }) => {
    runSteps(t, function* (scope) {
      const file = yield* answer(scope.fs.open(at("file"), { write: true, create: true }));
      using chain = new Chain(scope.blocks);
      chain.write("chain ".repeat(2000));
      const short = new TextEncoder().encode("short");
      const long = new Uint8Array(100_000).fill(108);
      const request = file.write([chain, short, long]);
      short.fill(0);
      assert.equal(yield* answer(request), 12_005 + 100_000);
    });
    const written = readFileSync(at("file"), "utf8");
    assert.equal(written, "chain ".repeat(2000) + "short" + "l".repeat(100_000));
  });
});

testLoop("foreign memory is written, and not read into", (t) => {
  withFile(t, "", function* (file) {
    const nowhere = new ForeignMemory(new NativeSpan(4096, 10));
    assert.throws(() => file.read(nowhere as never), TypeError);
    const request = file.write(nowhere);
    yield request;
    assert.throws(() => request.result, { code: "EFAULT" });
    nowhere.release();
  });
});

testLoop("memory whose buffer can go away is not read into, and is copied to be written", (t) => {
  withFile(t, "", function* (file) {
    const resizable = new Uint8Array(new ArrayBuffer(20_000, { maxByteLength: 40_000 }));
    assert.throws(() => file.read(resizable), RangeError);
    assert.throws(() => file.read([new Uint8Array(1), resizable]), RangeError);
    const request = file.write(resizable);
    (resizable.buffer as ArrayBuffer).resize(1);
    assert.equal(yield* answer(request), 20_000);
    const gone = new Uint8Array(10);
    gone.buffer.transfer();
    assert.throws(() => file.read(gone), TypeError);
  });
});

testLoop("a machine that ends while it reads into blocks gives them back", (t) => {
  inFolder(({ at }) => {
    writeFileSync(at("file"), "content");
    play(t, (scope) => {
      scope.fs.open(at("file"));
      return {
        fs: ({ request }) => {
          if (request.operation !== "open") return;
          for (let i = 0; i < 10; i++) {
            const block = lease(scope);
            request.result.read(block, { position: 0 });
            block.release();
          }
          return done();
        },
      };
    });
    run(t);
  });
});

import assert from "node:assert/strict";
import { done, type Pipe } from "../../src/mod.ts";
import { TextReader } from "../fixtures/handle_bytes.ts";
import { play, run } from "../fixtures/handle_machine.ts";
import { testLoop } from "../harness.ts";

testLoop("pipePair() goes one way, socketPair() both; each is told the end of the other", (t) => {
  play(t, (scope) => {
    const [reading, writing] = scope.pipePair();
    const [left, right] = scope.socketPair();
    const flags = [reading, writing, left, right].map((p) => [p.isReadable, p.isWritable]);
    assert.deepEqual(flags, [[true, false], [false, true], [true, true], [true, true]]);
    writing.write("pipe");
    left.write("left");
    right.write("right");
    for (const pipe of [writing, left, right]) pipe.shutdown();
    for (const pipe of [reading, left, right]) pipe.readStart();
    const texts = new Map([reading, left, right].map((pipe) => [pipe, new TextReader()]));
    let ends = 0;
    return {
      read: ({ handle, bytes }) => void texts.get(handle as Pipe)?.take(bytes),
      shutdown: () => {},
      shutdownFailed({ handle }) {
        assert.equal(handle, writing);
        handle.close(); // a pipe is no socket: its end is told by closing it
      },
      end({ handle }) {
        if (handle === reading) handle.close();
        return ++ends === 3 ? done() : undefined;
      },
      dispose: () =>
        assert.deepEqual([...texts.values()].map(({ text }) => text), ["pipe", "right", "left"]),
    };
  });
  run(t);
});

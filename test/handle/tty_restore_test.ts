import assert from "node:assert/strict";
import { done, type Scope } from "../../src/mod.ts";
import { once, play, run } from "../fixtures/handle_machine.ts";
import { attributes, cooked, playPty, withPty } from "../fixtures/terminals.ts";
import { testLoop } from "../harness.ts";

testLoop("a terminal in raw mode is restored when its handle closes", (t) => {
  playPty(t, ({ slave }, _scope, pty) => {
    slave.setMode("raw");
    slave.close();
    assert.deepEqual(attributes(pty.slave), cooked);
    return { closed: () => done() };
  });
});

testLoop("a terminal in raw mode is restored when its machine ends", (t) => {
  withPty(({ slave }) => {
    once(t, (scope) => {
      scope.tty(slave).setMode("io");
    });
    assert.deepEqual(attributes(slave), cooked);
  });
});

testLoop("a terminal in raw mode is restored when its machine fails", (t) => {
  withPty(({ slave }) => {
    const fail = (scope: Scope): never => {
      scope.tty(slave).setMode("raw");
      assert.equal(attributes(slave).lines, false);
      throw new RangeError("on purpose");
    };
    assert.throws(() => play(t, fail), RangeError);
    assert.deepEqual(attributes(slave), cooked);
    run(t); // closes
  });
});

testLoop("a terminal in raw mode is restored when its loop closes", (t) => {
  withPty(({ slave }) => {
    play(t, (scope) => {
      scope.tty(slave).setMode("raw");
      scope.timer().start(0);
      return { timer: () => t.loop.stop() };
    });
    run(t);
    assert.equal(attributes(slave).lines, false);
    t.loop.close();
    assert.deepEqual(attributes(slave), cooked);
  });
});

for (const order of [[0, 1], [1, 0]] as const) {
  testLoop(`two handles of one terminal restore it, closed in the order ${order}`, (t) => {
    withPty(({ slave }) => {
      once(t, (scope) => {
        const handles = [scope.tty(slave), scope.tty(slave)] as const;
        for (const handle of handles) handle.setMode("raw");
        handles[order[0]].close(); // libuv may restore it here already: 1.50 does
        handles[order[1]].close();
        assert.deepEqual(attributes(slave), cooked);
      });
    });
  });
}

testLoop("a handle in normal mode leaves the terminal to others when it closes", (t) => {
  withPty(({ slave }) => {
    once(t, (scope) => {
      const [one, two] = [scope.tty(slave), scope.tty(slave)];
      one.setMode("raw");
      two.close();
      assert.equal(attributes(slave).lines, false);
      const three = scope.tty(slave);
      three.setMode("io");
      three.setMode("normal"); // wins: the terminal is what it was
      assert.deepEqual(attributes(slave), cooked);
    });
  });
});

import assert from "node:assert/strict";
import { done, expectAny, type Protocol, type Scope, sleep } from "../../src/mod.ts";
import { play, run } from "../fixtures/handle_machine.ts";
import { serve, type Server } from "../fixtures/stream_server.ts";
import { type LoopTest, testLoop } from "../harness.ts";

/** Counts those that live. */
class Census {
  served = 0;
  lived = 0;
  livedMax = 0;

  /** A protocol that says one thing, and ends after a while. */
  guest(stayMs: number): Protocol {
    return {
      connected: (_, scope) => {
        this.served++;
        this.livedMax = Math.max(this.livedMax, ++this.lived);
        return sleep().deadline(scope.after(stayMs));
      },
      timeout({ output }) {
        output.write("served");
        return done();
      },
      dispose: () => void this.lived--,
    };
  }
}

/** So many clients in one machine, which needs one slot. All must be served. */
function crowd(t: LoopTest, server: Server, count: number): void {
  let left = count;
  play(t, (scope) => {
    for (let i = 0; i < count; i++) connect(scope, server);
    return {
      connected: ({ handle }) => handle.readStart(),
      read: () => void t.events.push("served"),
      end({ handle }) {
        handle.close();
        if (--left > 0) return;
        server.end();
        return done();
      },
      readFailed: ({ error }) => assert.fail(error.message),
      closed: () => {},
    };
  });
}

function connect(scope: Scope, { target }: Server): void {
  const tcp = scope.tcp();
  const { port } = target as { port: number };
  tcp.connect("127.0.0.1", port);
}

const clients = 40;

testLoop("with all slots taken no connection is lost: all are served in the end", (t) => {
  const census = new Census();
  const server = serve(t, () => census.guest(1));
  crowd(t, server, clients);
  run(t);
  assert.equal(census.served, clients);
  assert.equal(t.events.length, clients);
  assert.equal(census.livedMax, 2); // of four slots the listener has one, the crowd another
  assert.equal(census.lived, 0);
}, { slabCapacity: 4 });

testLoop("so with a single connection at a time, and a single accept a turn", (t) => {
  const census = new Census();
  const server = serve(t, () => census.guest(0));
  crowd(t, server, clients);
  run(t);
  assert.equal(t.events.length, clients);
  assert.equal(census.livedMax, 1);
}, { slabCapacity: 3, acceptsPerTurn: 1 });

testLoop("a listener that ends while connections wait for a slot closes them", (t) => {
  const server = serve(t, () => ({
    connected: () => expectAny(), // stays until its client goes
    exception: () => done(),
  }));
  let gone = 0;
  play(t, (scope) => {
    for (let i = 0; i < 10; i++) connect(scope, server);
    let connected = 0;
    return {
      connected({ handle }) {
        handle.readStart();
        if (++connected === 10) scope.setDeadline("all are there", scope.after(30));
      },
      timeout: () => server.end(),
      end: () => goes(),
      readFailed: () => goes(),
    };
    function goes(): ReturnType<typeof done> | undefined {
      return ++gone === 9 ? done() : undefined; // one is served
    }
  });
  run(t);
  assert.equal(gone, 9);
}, { slabCapacity: 3 });

testLoop(
  "acceptStop() on the listener leaves connections with the kernel, acceptStart() takes them",
  (t) => {
    const census = new Census();
    const server = serve(t, () => census.guest(0));
    server.listener.acceptStop();
    play(t, (scope) => {
      scope.setDeadline("nobody was served", scope.after(50));
      return {
        timeout() {
          assert.equal(census.served, 0);
          server.listener.acceptStart();
          return done();
        },
      };
    });
    crowd(t, server, 5);
    run(t);
    assert.equal(t.events.length, 5);
  },
);

testLoop("a listener that its user has stopped stays stopped, whoever comes and goes", (t) => {
  // What was accepted before still arrives, and must not start the listener again.
  const census = new Census();
  const server = serve(t, () => {
    server.listener.acceptStop();
    return census.guest(0);
  });
  let ended = 0;
  play(t, (scope) => {
    for (let i = 0; i < 5; i++) connect(scope, server);
    scope.setDeadline("time for others", scope.after(60));
    return {
      connected: ({ handle }) => handle.readStart(),
      read: () => {},
      end: () => void ended++,
      readFailed: () => {},
      timeout() {
        assert.equal(census.served, 1);
        server.end();
        return done();
      },
    };
  });
  run(t);
  assert.equal(ended, 1);
}, { acceptsPerTurn: 1 });

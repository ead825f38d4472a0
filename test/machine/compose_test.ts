import assert from "node:assert/strict";
import {
  compose,
  ComposedMachine,
  done,
  error,
  type IoEvent,
  Loop,
  type Machine,
  ok,
  type Response,
  type Scope,
  spawn,
  SpawnError,
  type Stream,
  TaggedSeed,
} from "../../src/mod.ts";
import { assertNothingLeft, type LoopTest, test, testLoop } from "../harness.ts";

function wakeUp(scope: Scope): void {
  assert.equal(scope.notifier().wakeup(), "ok");
}

/** A machine that notes what it hears, and does what the test says. */
class Note implements Machine<unknown, unknown> {
  readonly #events: string[];
  readonly #act: (scope: Scope) => Response<unknown>;

  constructor(events: string[], act: (scope: Scope) => Response<unknown>) {
    this.#events = events;
    this.#act = act;
  }

  wakeup(scope: Scope): Response<unknown> {
    this.#events.push("wakeup");
    return this.#act(scope);
  }

  timeout(scope: Scope, name?: string): Response<unknown> {
    this.#events.push(`timeout ${name}`);
    return name === undefined ? done() : ok().deadline(scope.now);
  }

  spawned(): Response<unknown> {
    this.#events.push("spawned");
    return done();
  }

  spawnError({ reason, seed, cause }: SpawnError<unknown>): Response<unknown> {
    this.#events.push(`${reason}, ${cause}`);
    assert.equal(seed instanceof TaggedSeed ? seed.seed : seed, "child");
    return seed instanceof TaggedSeed ? error("tagged") : done();
  }

  dispose(): void {
    this.#events.push("dispose");
  }
}

type Act = (scope: Scope) => Response<unknown>;

/** Two families: notes that act when woken, and children, which end or cannot be made. */
function families(t: { events: string[] }) {
  return compose({
    note: {
      create(act: Act, scope: Scope): Response {
        wakeUp(scope);
        return ok(new Note(t.events, act));
      },
    },
    child: {
      create(seed: string): Response {
        t.events.push(`create ${seed}`);
        return seed === "child" ? error("unwanted") : done();
      },
    },
  });
}

function runNote(t: LoopTest, act: Act): void {
  const Fsm = families(t);
  t.loop.addMachine((scope) => Fsm.create(Fsm.seed.note(act), scope));
  t.loop.run();
}

testLoop("compose() forwards wakeup, both kinds of timeout, and dispose", (t) => {
  runNote(t, (scope) => {
    scope.setDeadline("fuse", scope.now);
    return ok();
  });
  assert.deepEqual(t.events, ["wakeup", "timeout fuse", "timeout undefined", "dispose"]);
});

testLoop("compose() lets a machine spawn one of another family, and tells it", (t) => {
  const Fsm = families(t);
  t.loop.addMachine((scope) => {
    return Fsm.create(Fsm.seed.note(() => spawn(Fsm.seed.child("any"))), scope);
  });
  t.loop.run();
  assert.deepEqual(t.events, ["wakeup", "create any", "spawned", "dispose"]);
});

testLoop("compose() gives a seed that was tagged by hand back with its tag", (t) => {
  const Fsm = families(t);
  t.loop.addMachine((scope) => {
    return Fsm.create(Fsm.seed.note(() => spawn(Fsm.seed.child("child"))), scope);
  });
  t.loop.run();
  assert.deepEqual(t.events, ["wakeup", "create child", "create failed, unwanted", "dispose"]);
  const { error, machine } = t.takeError();
  assert.equal(error, "tagged");
  assert.ok(machine instanceof ComposedMachine && machine.machine instanceof Note);
  assert.equal(machine.kind, "note");
});

test("compose() gives a bare seed back as it was, on a full slab", () => {
  const events: string[] = [];
  const Fsm = families({ events });
  const loop = Loop.create({ slabCapacity: 1 }).instantiate(undefined);
  loop.addMachine((scope) => Fsm.create(Fsm.seed.note(() => spawn("child")), scope));
  loop.run();
  assert.deepEqual(events, ["wakeup", "no slab space, undefined", "dispose"]);
  assertNothingLeft(loop);
  loop.close();
});

testLoop("compose() has a bare seed made by the machine's own create, or by its family's", (t) => {
  const Fsm = compose({
    parent: {
      create(act: Act | Machine, scope: Scope): Response {
        if (typeof act !== "function") t.events.push("by the family");
        else wakeUp(scope);
        return typeof act === "function" ? ok(new Note(t.events, act)) : done();
      },
    },
  });
  const orphan = {};
  t.loop.addMachine((scope) => Fsm.create(Fsm.seed.parent(() => spawn(orphan)), scope));
  t.loop.run();
  t.loop.addMachine((scope) => {
    wakeUp(scope);
    const parent = new Note(t.events, () => spawn(orphan));
    const create = (seed: unknown) => {
      assert.equal(seed, orphan);
      t.events.push("by the machine");
      return done();
    };
    return ok(Fsm.wrap("parent", Object.assign(parent, { create })));
  });
  t.loop.run();
  assert.deepEqual(t.events.filter((event) => event.startsWith("by")), [
    "by the family",
    "by the machine",
  ]);
});

testLoop("compose() puts a machine that an answer carries in the place of the inner one", (t) => {
  const Fsm = families(t);
  const next = new Note(t.events, () => spawn("any"));
  const machine = Fsm.wrap("child", {
    wakeup(scope: Scope): Response {
      t.events.push("first");
      wakeUp(scope);
      return ok(next);
    },
  });
  t.loop.addMachine((scope) => {
    wakeUp(scope);
    return ok(machine);
  });
  t.loop.run();
  assert.deepEqual(t.events, ["first", "wakeup", "create any", "spawned", "dispose"]);
  assert.ok(machine instanceof ComposedMachine && machine.machine === next);
});

testLoop("compose() leaves out the handlers that the inner machine leaves out", (t) => {
  const Fsm = families(t);
  t.loop.addMachine((scope) => {
    wakeUp(scope);
    scope.tcp().close();
    const timeout = (_scope: Scope, name?: string) => {
      t.events.push(`timeout ${name}`);
      return name === undefined ? spawn("any") : done();
    };
    scope.setDeadline("end", scope.after(50));
    return ok(Fsm.wrap("child", { timeout } as Machine<unknown, unknown>)).deadline(scope.now);
  });
  t.loop.run();
  assert.deepEqual(t.events, ["timeout undefined", "create any", "timeout end"]);
  for (const wakeup of [() => ok().deadline(0), () => spawn("child")]) {
    t.loop.addMachine((scope) => {
      wakeUp(scope);
      return ok(Fsm.wrap("child", { wakeup } as Machine<unknown, unknown>));
    });
    t.loop.run();
  }
  assert.match(String(t.takeError().error), /without timeout\(\) has asked for a deadline/);
  assert.ok(t.takeError().error instanceof SpawnError);
});

testLoop("compose() refuses what is no answer and no machine", (t) => {
  const Fsm = families(t);
  for (const wakeup of [() => undefined, () => ok("machine")]) {
    t.loop.addMachine((scope) => {
      wakeUp(scope);
      return ok(Fsm.wrap("child", { wakeup } as unknown as Machine));
    });
    t.loop.run();
    t.events.push(String(t.takeError().error));
  }
  assert.throws(() => Fsm.wrap("child", undefined as never), TypeError);
  assert.deepEqual(t.events, [
    "TypeError: wakeup must return ok(), spawn(), done() or error(), made in the same call; it " +
    "returned undefined",
    "TypeError: A machine is an object, not machine",
  ]);
});

test("compositions can be composed, and tag a seed each", () => {
  const events: string[] = [];
  const Inner = families({ events });
  const Outer = compose({ inner: Inner });
  const wakeup = () => spawn(Inner.seed.child("any"));
  const machine = Outer.wrap("inner", Inner.wrap("note", { wakeup } as Machine<unknown, unknown>));
  const answer = machine.wakeup?.({} as Scope);
  assert.ok(answer?.kind === "spawn");
  const { kind, seed } = answer.seed;
  assert.deepEqual([kind, seed.kind, seed.seed], ["inner", "child", "any"]);
});

/** Ends when its peer does. */
class Connection implements Machine {
  static create(stream: Stream, scope: Scope): Response {
    scope.register(stream);
    stream.readStart();
    return ok(new Connection());
  }

  ready(event: IoEvent): Response {
    return event.kind === "end" ? done() : ok();
  }
}

testLoop("composed compositions pass I/O to the innermost machine", (t) => {
  const Network = compose({
    connection: Connection,
    client: {
      create(port: number, scope: Scope): Response {
        const tcp = scope.tcp();
        tcp.connect("127.0.0.1", port);
        const ready = (event: IoEvent) => event.kind === "connected" ? done() : ok();
        return ok({ ready });
      },
    },
  });
  const Fsm = compose({ network: Network, idle: { create: (_seed: number) => done() } });
  t.loop.addMachine((scope) => {
    const listener = scope.tcp();
    listener.bind("127.0.0.1", 0);
    listener.listen();
    const { port } = listener.localAddress();
    wakeUp(scope);
    return ok(Fsm.wrap(
      "network",
      Network.wrap("connection", {
        wakeup: () => spawn(Network.seed.client(port)),
        ready: (event) => event.kind === "connection" ? spawn(event.stream) : ok(),
        spawned() {
          t.events.push("spawned");
          return t.events.length === 2 ? done() : ok();
        },
      } as Machine<unknown, unknown>),
    ));
  });
  t.loop.run();
  assert.deepEqual(t.events, ["spawned", "spawned"]);
});

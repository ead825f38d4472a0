/** Protocols on connections, and machines that the library makes. */
import {
  abort,
  accept,
  connect,
  done,
  error,
  type Exception,
  expectAny,
  expectBytes,
  expectDelimiter,
  expectEnd,
  expectFlush,
  type Intent,
  Persistent,
  type Protocol,
  type Response,
  type Scope,
  sleep,
  streamMachine,
  type Transport,
  unchanged,
} from "../../../src/mod.ts";
import { type Action, action, type Family, methods } from "../action.ts";
import { bytes, maybe, options, port, shortMs, writable } from "../legal.ts";
import { HostileError } from "../verdict.ts";
import type { World } from "../world.ts";

/** A protocol whose handlers do things at random, and expect things at random. */
class Talk implements Protocol {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  connected(transport: Transport, scope: Scope): Intent {
    this.#world.keep("output", transport.output);
    this.#world.keep("chain", transport.input);
    this.#world.closers.push(() => transport.input.clear()); // others may write to it
    return this.#intent("connected", transport, scope);
  }

  bytesRead(transport: Transport, end: number, scope: Scope): Intent {
    const { length } = transport.input;
    if (this.#world.chance(4, 5)) transport.input.consume(Math.min(end, length));
    return this.#intent("bytesRead", transport, scope);
  }

  bytesFlushed(transport: Transport, scope: Scope): Intent {
    return this.#intent("bytesFlushed", transport, scope);
  }

  timeout(transport: Transport, scope: Scope): Intent {
    return this.#intent("timeout", transport, scope);
  }

  wakeup(transport: Transport, scope: Scope): Intent {
    return this.#intent("wakeup", transport, scope);
  }

  highWater(transport: Transport, scope: Scope): Intent {
    return this.#intent("highWater", transport, scope);
  }

  lowWater(transport: Transport, scope: Scope): Intent {
    return this.#intent("lowWater", transport, scope);
  }

  exception(transport: Transport, exception: Exception, scope: Scope): Intent {
    return this.#intent(exception.kind, transport, scope);
  }

  fatal(): void {
    this.#world.actInside();
  }

  dispose(): void {
    this.#world.actInside();
  }

  #intent(name: string, transport: Transport, scope: Scope): Intent {
    const world = this.#world;
    world.note(`protocol: ${name}`);
    return world.inside(world.random.below(2 ** 31), scope, () => {
      if (world.isEnding) return abort();
      for (let left = world.random.below(3); left > 0; left--) world.act();
      if (world.chance(1, 2)) world.call(transport.output, "write", [writable(world)]);
      return this.#choose(scope);
    });
  }

  #choose(scope: Scope): Intent {
    const world = this.#world;
    return world.oneOf<Intent>(
      () => expectAny(),
      () => expectAny().deadline(scope.now + shortMs(world)),
      () => expectBytes(world.random.between(1, 100)),
      () => expectDelimiter("\n", world.random.between(1, 100)),
      () => expectEnd(world.random.below(10_000)),
      () => expectFlush(world.random.below(100)),
      () => sleep(),
      () => unchanged(),
      () => expectAny().become(new Talk(world)),
      () => done(),
      () => abort(),
      () => error(new HostileError("the protocol's")),
      () => undefined as unknown as Intent,
      () => {
        throw new HostileError("thrown by a protocol");
      },
    );
  }
}

function streamOptions(w: World): Record<string, unknown> {
  return options(w, {
    highWaterBytes: () => w.random.pick([0, 100, 100_000]),
    lowWaterBytes: () => 0,
    outputBytesMax: () => w.random.pick([100_000, 1_000_000]),
    readTimeoutMs: () => shortMs(w),
    lingerMs: () => shortMs(w),
    connectTimeoutMs: () => 1 + shortMs(w),
  });
}

/** Adds a machine that the library makes. */
function adding(name: string, weight: number, make: (w: World, scope: Scope) => Response): Action {
  return action(name, weight, (w) => {
    w.hasMutes = true; // it hears nothing of the end, but for that of the loop
    w.attempt(`add ${name}`, () => {
      w.loop?.addMachine((scope) => {
        w.notifiers.push(scope.notifier());
        return make(w, scope);
      });
    });
  });
}

/** Calls what makes a machine; its scope is always a real one. */
function made(
  w: World,
  make: (first: never, second: never, scope: never, options: never) => Response,
  subject: readonly [unknown, unknown],
  scope: Scope,
): Response {
  const [first, second, ...rest] = w.arguments([...subject, ...maybe(w, () => streamOptions(w))]);
  return (make as (...args: unknown[]) => Response)(first, second, scope, ...rest);
}

function target(w: World): unknown {
  return w.oneOf<unknown>(
    () => ({ host: "127.0.0.1", port: port(w) }),
    () => ({ path: `${w.folder}/p1` }),
    () => ({ host: "localhost", port: port(w) }),
  );
}

export const protocols: Family = {
  name: "protocols",
  weight: 8,
  actions: [
    adding("accept", 5, (w, scope) => {
      const listener = scope.tcp();
      listener.bind("127.0.0.1", 0);
      w.keep("tcp", listener);
      return made(w, accept, [listener, () => new Talk(w)], scope);
    }),
    adding("connect", 5, (w, scope) => made(w, connect, [target(w), new Talk(w)], scope)),
    adding("streamMachine", 4, (w, scope) => {
      return made(w, streamMachine, [w.takeOf("tcp", "pipe", "tty"), new Talk(w)], scope);
    }),
    adding("Persistent", 3, (w, scope) => {
      const more = { ...streamOptions(w), backoff: { minMs: 1, maxMs: 2 } };
      const args = w.arguments([target(w), () => new Talk(w), more]) as [never, never];
      const machine = new Persistent(...args);
      w.keep("persistent", machine);
      w.enders.push(() => machine.stop());
      return machine.start(scope);
    }),
    ...methods("persistent", {
      stop: { weight: 1 },
      start: { weight: 1, with: (w) => [w.scope()] },
      "get state": { weight: 1 },
      "get transport": { weight: 1 },
      "get protocol": { weight: 1 },
    }),
    ...methods("output", {
      write: { weight: 4, with: (w) => [w.chance(1, 2) ? writable(w) : bytes(w)] },
      forward: { weight: 2, with: (w) => [w.take("chain"), ...maybe(w, () => w.random.below(64))] },
      end: { weight: 1 },
      "get length": { weight: 1 },
      "get isEnded": { weight: 1 },
    }),
  ],
};

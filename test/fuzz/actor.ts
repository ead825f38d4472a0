import {
  done,
  error,
  type IoEvent,
  type Machine,
  type Memory,
  ok,
  type Response,
  type Scope,
  spawn,
} from "../../src/mod.ts";
import { HostileError } from "./verdict.ts";
import type { World } from "./world.ts";

const ACTIONS_MAX = 3;
const MACHINES_MAX = 10;
const ODD = 0x9e3779b1;

/** What events may carry; each is looked at whatever the kind. */
const fields = ["error", "bytes", "peer", "addresses", "name", "signum", "previous", "isReadable"];

type AnyMachine = Machine<unknown, number>;

/** Events whose objects are remembered, under the kind. */
type Carrier = {
  readonly stream?: object;
  readonly received?: object;
  readonly block?: Memory;
  readonly request?: {
    readonly kind: string;
    readonly operation?: string;
    readonly result: unknown;
  };
};

/** A machine whose handlers do things at random, and answer at random. */
export class Actor implements Machine<unknown, number> {
  readonly #world: World;
  readonly #id: number;
  #calls = 0;
  #first: unknown;

  constructor(world: World, scope: Scope) {
    this.#world = world;
    this.#id = ++world.machines;
    world.addScope(scope);
    const notifier = scope.notifier();
    world.notifiers.push(notifier);
    world.keep("notifier", notifier);
  }

  /** Makes a machine: what a constructor, or `create`, answers. */
  static start(world: World, scope: Scope): Response<never> {
    const actor = new Actor(world, scope);
    return actor.#handle("started", scope, () => {}, () => actor) as Response;
  }

  create(_seed: number, scope: Scope): Response {
    return Actor.start(this.#world, scope);
  }

  ready(event: IoEvent, scope: Scope): Response<number> {
    return this.#handle(event.kind, scope, () => this.#take(event));
  }

  spawned(scope: Scope): Response<number> {
    return this.#handle("spawned", scope);
  }

  spawnError(_error: unknown, scope: Scope): Response<number> {
    return this.#handle("spawnError", scope);
  }

  timeout(scope: Scope, name?: string): Response<number> {
    return this.#handle(`timeout ${name ?? ""}`, scope);
  }

  wakeup(scope: Scope): Response<number> {
    return this.#handle("wakeup", scope);
  }

  dispose(): void {
    const world = this.#world;
    world.note(`machine ${this.#id} ends`);
    world.inside(this.#seed(), undefined, () => {
      if (world.chance(1, 10)) world.act();
      if (world.chance(1, 40)) throw new HostileError("in dispose");
    });
  }

  #seed(): number {
    return Math.imul(this.#world.seed + Math.imul(this.#id, ODD) + ++this.#calls, ODD);
  }

  #handle(
    name: string,
    scope: Scope,
    take = (): void => {},
    next: () => AnyMachine | undefined = () => undefined,
  ): Response<number> {
    const world = this.#world;
    world.note(`machine ${this.#id}: ${name}`);
    return world.inside(this.#seed(), scope, () => {
      take();
      if (world.isEnding) return done();
      for (let left = world.random.below(ACTIONS_MAX + 1); left > 0; left--) world.act();
      return this.#answer(scope, next());
    });
  }

  /** Remembers what came with an event. */
  #take(event: IoEvent): void {
    const world = this.#world;
    const { stream, received, block, request } = event as unknown as Carrier;
    if (event.kind === "connection" && stream !== undefined) {
      world.keep((stream as { kind: string }).kind, stream);
    }
    if (event.kind === "handle" && received !== undefined) {
      world.keep((received as { kind: string }).kind, received);
    }
    const isRead = event.kind === "read" || event.kind === "datagram";
    if (isRead && block !== undefined && world.chance(1, 4)) {
      world.attempt("retain what was read", () => {
        world.hold(block.retain());
        world.keep("block", block);
      });
    }
    if (event.handle === undefined && request !== undefined) keepResult(world, request);
    if (world.chance(1, 8)) world.keep("event", event);
    if (world.chance(1, 3)) world.read(event, world.random.pick(fields));
  }

  #answer(scope: Scope, next: AnyMachine | undefined): Response<number> {
    const world = this.#world;
    const choice = world.random.below(100);
    world.note(`machine ${this.#id} answers ${choice}`);
    if (choice < 70) return ok(next);
    if (choice < 80) return ok(next).deadline(world.attempt("now", () => scope.now) ?? 0 + 1);
    if (choice < 86) {
      return next === undefined && world.machines < MACHINES_MAX ? spawn(1) : ok(next);
    }
    if (choice < 89) return done();
    if (choice < 90) return error(new HostileError("answered"));
    if (choice < 92) return ok(new Actor(world, scope));
    if (choice < 94) throw new HostileError("thrown by a handler");
    if (choice < 95) {
      world.hasMutes = true;
      return ok({});
    }
    if (choice < 96) return ok(null as unknown as Machine);
    if (choice < 97) return Promise.resolve(ok()) as unknown as Response<number>;
    if (choice < 98) return this.#first as Response<number>;
    return this.#first = ok(next).deadline(world.oneOf(() => -1, () => Infinity, () => 1e300));
  }
}

/** Remembers the file or directory that a request has opened. */
function keepResult(world: World, request: NonNullable<Carrier["request"]>): void {
  const { operation } = request;
  world.attempt("result", () => {
    const { result } = request;
    if (operation === "open") world.keep("file", result);
    if (operation === "mkstemp") world.keep("file", (result as { file: object }).file);
    if (operation === "opendir") world.keep("directory", result);
  });
}

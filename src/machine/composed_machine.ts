import { SpawnError } from "../error/spawn_error.ts";
import type { IoEvent } from "../io/event.ts";
import type { Machine } from "./machine.ts";
import { checkResponse, type ReadResponse, type Response } from "./response.ts";
import type { Scope } from "./scope.ts";
import { type Families, type Family, TaggedSeed } from "./tagged_seed.ts";

/** A machine inside; what it spawns from is its own affair. */
type Inner<C> = Machine<C, unknown>;

/** A handler; undefined where the machine inside leaves it out. */
type Handler<C, A extends unknown[]> = ((...args: A) => Response<TaggedSeed>) | undefined;

/**
 * A machine of a composition. Everything goes to the machine inside; only seeds and machines that
 * take its place are wrapped on their way out, in the answer itself.
 *
 * Handlers are getters, so that one which the machine inside leaves out is left out here too and
 * means the same: the deadline stays, a failed spawn stops the machine.
 */
export class ComposedMachine<C = unknown> {
  /** The name of the family. */
  readonly kind: string;
  readonly #families: Families;
  #machine: Inner<C>;

  /**
   * Made by a composition.
   *
   * @throws {TypeError} unless `machine` is an object
   */
  constructor(kind: string, families: Families, machine: unknown) {
    this.kind = kind;
    this.#families = families;
    this.#machine = checkMachine(machine);
  }

  /** The machine inside, as it is now. */
  get machine(): Machine<C, unknown> {
    return this.#machine;
  }

  /** See `Machine`. */
  get ready(): Handler<C, [event: IoEvent, scope: Scope<C>]> {
    return this.#machine.ready && this.#ready;
  }

  /** See `Machine`. */
  get spawned(): Handler<C, [scope: Scope<C>]> {
    return this.#machine.spawned && this.#spawned;
  }

  /** See `Machine`. */
  get spawnError(): Handler<C, [error: SpawnError<TaggedSeed>, scope: Scope<C>]> {
    return this.#machine.spawnError && this.#spawnError;
  }

  /** See `Machine`. */
  get timeout(): Handler<C, [scope: Scope<C>, name?: string]> {
    return this.#machine.timeout && this.#timeout;
  }

  /** See `Machine`. */
  get wakeup(): Handler<C, [scope: Scope<C>]> {
    return this.#machine.wakeup && this.#wakeup;
  }

  /** See `Machine`. */
  create(seed: TaggedSeed, scope: Scope<C>): Response {
    return createTagged(seed, scope);
  }

  /** See `Machine`. */
  dispose(): void {
    this.#machine.dispose?.();
  }

  #ready(event: IoEvent, scope: Scope<C>): Response<TaggedSeed> {
    return this.#pass(this.#machine.ready?.(event, scope), "ready");
  }

  #spawned(scope: Scope<C>): Response<TaggedSeed> {
    return this.#pass(this.#machine.spawned?.(scope), "spawned");
  }

  /** The seed goes back as it came: without the tag, unless the machine itself had tagged it. */
  #spawnError(
    { reason, seed, cause }: SpawnError<TaggedSeed>,
    scope: Scope<C>,
  ): Response<TaggedSeed> {
    const error = new SpawnError(reason, seed.parent === undefined ? seed : seed.seed, cause);
    return this.#pass(this.#machine.spawnError?.(error, scope), "spawnError");
  }

  #timeout(scope: Scope<C>, name?: string): Response<TaggedSeed> {
    return this.#pass(this.#machine.timeout?.(scope, name), "timeout");
  }

  #wakeup(scope: Scope<C>): Response<TaggedSeed> {
    return this.#pass(this.#machine.wakeup?.(scope), "wakeup");
  }

  /** Makes an answer of the machine inside one of this machine. */
  #pass(response: unknown, handler: string): Response<TaggedSeed> {
    const answer = checkResponse(response, handler);
    if (answer.kind === "ok" || answer.kind === "spawn") {
      if (answer.machine !== undefined) this.#machine = checkMachine(answer.machine);
      answer.machine = undefined;
    }
    if (answer.kind === "spawn") answer.seed = this.#tag(answer.seed);
    return asResponse(answer);
  }

  #tag(seed: unknown): TaggedSeed {
    const families = this.#families;
    if (seed instanceof TaggedSeed && seed.families === families) return seed;
    const parent = this.#machine.create === undefined ? families[this.kind] : this.#machine;
    return new TaggedSeed(this.kind, seed, families, parent as Family<never, never>);
  }
}

/** Makes a machine of a composition from a seed. */
export function createTagged<C>(seed: TaggedSeed, scope: Scope<C>): Response {
  const { kind, families, parent = families[kind] } = seed;
  const family = parent as Family<unknown, C> | undefined;
  const answer = checkResponse(family?.create(seed.seed, scope), "create");
  if (answer.kind === "ok") answer.machine = new ComposedMachine(kind, families, answer.machine);
  return asResponse(answer);
}

function asResponse(answer: ReadResponse): Response<never> {
  return answer as unknown as Response<never>;
}

function checkMachine<C>(machine: unknown): Inner<C> {
  if (typeof machine === "object" && machine !== null) return machine;
  throw new TypeError(`A machine is an object, not ${String(machine)}`);
}

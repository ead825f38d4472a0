import { ComposedMachine, createTagged } from "./composed_machine.ts";
import type { Machine } from "./machine.ts";
import type { Response } from "./response.ts";
import type { Scope } from "./scope.ts";
import { type Families, TaggedSeed } from "./tagged_seed.ts";

/** What a family makes machines from. */
export type SeedOf<F> = F extends { create(seed: infer S, ...rest: never[]): unknown } ? S : never;

/** A function of the context that a family's machines need. */
type NeedOf<F> = F extends { create: (seed: never, scope: Scope<infer C>) => unknown }
  ? (context: C) => void
  : never;

/** The context that a family's machines need; of several families, what all of them need. */
export type ContextOf<F> = NeedOf<F> extends (context: infer C) => void ? C : unknown;

/** What a composition spawns from: a seed of one of its families. */
export type SeedsOf<F extends Families> = {
  readonly [K in keyof F & string]: TaggedSeed<K, SeedOf<F[K]>>;
}[keyof F & string];

/** Several families of machines as one, which is a family again. */
export interface Composition<F extends Families> {
  /** Tags what a family makes machines from: `Fsm.seed.connection(stream)`. */
  readonly seed: {
    readonly [K in keyof F & string]: (seed: SeedOf<F[K]>) => TaggedSeed<K, SeedOf<F[K]>>;
  };
  /** Makes a machine of the family that the seed names. */
  create(seed: SeedsOf<F>, scope: Scope<ContextOf<F[keyof F]>>): Response;
  /** Makes a machine that exists one of the composition, under the name of a family. */
  wrap<S>(
    name: keyof F & string,
    machine: Machine<ContextOf<F[keyof F]>, S>,
  ): Machine<ContextOf<F[keyof F]>, SeedsOf<F>>;
}

/**
 * Joins families of machines into one, so that machines of each can spawn machines of all (rotor
 * `Compose2`, `rotor_compose!`). They share one context. Compositions can be composed.
 *
 * ```ts
 * const Fsm = compose({ server: Server, connection: Connection });
 * loop.addMachine((scope) => Fsm.create(Fsm.seed.server(7000), scope));
 * // and in a handler of Server:
 * return spawn(Fsm.seed.connection(event.stream));
 * ```
 *
 * A machine needs to know nothing of it: what it spawns from without a tag is made by its own
 * `create`, or where it has none by its family's, and `spawnError` gives back what was spawned.
 * `machine` is then the machine inside and `kind` its family, in an `onError` for example.
 *
 * @param families by name, whatever has a `create(seed, scope)`: a class with a static one, say
 */
export function compose<const F extends Families>(families: F): Composition<F> {
  const tag = (kind: string) => [kind, (seed: unknown) => new TaggedSeed(kind, seed, families)];
  return {
    seed: Object.fromEntries(Object.keys(families).map(tag)),
    create: createTagged,
    wrap: (kind, machine) => new ComposedMachine(kind, families, machine) as unknown as Machine,
  } as Composition<F>;
}

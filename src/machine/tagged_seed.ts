import type { Response } from "./response.ts";
import type { Scope } from "./scope.ts";

/** Whatever makes machines from seeds: a class, a composition, a machine that spawns. */
export interface Family<S, C> {
  /** Answers with `ok(machine)`, `done()` or `error()`; see `Machine.create`. */
  create(seed: S, scope: Scope<C>): Response;
}

/** Families by name, whatever their seeds and contexts are. */
export type Families = Readonly<Record<string, Family<never, never>>>;

/** What a composition spawns from: the seed of one of its families, and which. */
export class TaggedSeed<K extends string = string, S = unknown> {
  /** The name of the family. */
  readonly kind: K;
  /** What the family makes a machine from. */
  readonly seed: S;
  /** The composition. */
  readonly families: Families;
  /** The machine that spawned from the bare seed; undefined if it was tagged by hand. */
  readonly parent: Family<never, never> | undefined;

  /** Made by a composition: `Fsm.seed.connection(stream)`. */
  constructor(kind: K, seed: S, families: Families, parent?: Family<never, never>) {
    this.kind = kind;
    this.seed = seed;
    this.families = families;
    this.parent = parent;
  }
}

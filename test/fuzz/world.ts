import {
  type Loop,
  type Memory,
  type Notifier,
  type Scope,
  StateError,
  UvError,
} from "../../src/mod.ts";
import { Random } from "../fixtures/random.ts";
import type { Action, Family, MethodPlan } from "./action.ts";
import type { Descriptors } from "./descriptors.ts";
import { hostileValue, sly } from "./hostile.ts";
import type { Stranger } from "./stranger.ts";
import { describe, nameObject, type Trace } from "./trace.ts";
import { complaint, Finding } from "./verdict.ts";

/** Things of one kind that are remembered. */
const THINGS_MAX = 10;
/** How deep actions may be inside each other. */
const DEPTH_MAX = 3;
/** Of so many calls one has an argument that it should not have. */
const HOSTILE_OF = 10;
const HOSTILE = 3;

/** What sequences share. */
export interface Surroundings {
  readonly folder: string;
  readonly stranger: Stranger;
  readonly trace: Trace;
  readonly families: readonly Family[];
}

/** What the actions of one sequence work on. */
export class World {
  random: Random;
  readonly seed: number;
  readonly folder: string;
  readonly stranger: Stranger;
  readonly descriptors: Descriptors;
  loop: Loop<unknown> | undefined;
  /** No more actions: what is left ends. */
  isEnding = false;
  /** A machine without handlers lives, which only `close` ends. */
  hasMutes = false;
  /** The loop is run by `pump`. */
  isPumped = false;
  actionsLeft: number;
  actions = 0;
  machines = 0;
  /** Whether the last call threw that its target is closed, or that its arguments are wrong. */
  wasRefused = false;
  /** Child processes that were started. */
  children = 0;
  /** Of all machines: to wake them at the end. */
  readonly notifiers: Notifier[] = [];
  /** One entry for each hold of the fuzzer's own. */
  readonly holds: Memory[] = [];
  readonly findings: Finding[] = [];
  /** What is called when the loop is about to end: what would keep it from that. */
  readonly enders: (() => void)[] = [];
  /** What is called when all is over. */
  readonly closers: (() => void)[] = [];
  readonly promises: Promise<void>[] = [];
  readonly #surroundings: Surroundings;
  readonly #things = new Map<string, unknown[]>();
  readonly #scopes: Scope[] = [];
  #current: Scope | undefined;
  #depth = 0;
  #named = 0;

  constructor(surroundings: Surroundings, descriptors: Descriptors, seed: number) {
    this.#surroundings = surroundings;
    this.folder = surroundings.folder;
    this.stranger = surroundings.stranger;
    this.descriptors = descriptors;
    this.seed = seed;
    this.random = new Random(seed);
    this.actionsLeft = this.random.between(10, 70);
  }

  /** Whether something is so, `of` times in `outOf`. */
  chance(of: number, outOf: number): boolean {
    return this.random.below(outOf) < of;
  }

  /** One of several, made only if it is chosen. */
  oneOf<T>(...makers: readonly (() => T)[]): T {
    return this.random.pick(makers)();
  }

  note(line: string): void {
    this.#surroundings.trace.note(`${"  ".repeat(this.#depth)}${line}`);
  }

  /** Remembers something; it has a name from now on. */
  keep<T>(kind: string, value: T): T {
    if (typeof value === "object" && value !== null) {
      nameObject(value, `${kind}#${++this.#named}`);
      this.note(`= ${describe(value)}`);
    }
    let things = this.#things.get(kind);
    if (things === undefined) this.#things.set(kind, things = []);
    if (things.length < THINGS_MAX) things.push(value);
    else things[this.random.below(THINGS_MAX)] = value;
    return value;
  }

  /** One of those of a kind; undefined if there is none. Later ones more often. */
  take(kind: string): object | undefined {
    const things = this.#things.get(kind);
    if (things === undefined) return undefined;
    const at = Math.max(this.random.below(things.length), this.random.below(things.length));
    return things[at] as object;
  }

  /** Something of whatever kind. */
  takeAny(): unknown {
    const kinds = [...this.#things.keys()];
    return kinds.length === 0 ? undefined : this.take(this.random.pick(kinds));
  }

  /** One of several kinds. */
  takeOf(...kinds: readonly string[]): object | undefined {
    const known = kinds.filter((kind) => this.#things.has(kind));
    return known.length === 0 ? undefined : this.take(this.random.pick(known));
  }

  /** The scope of the machine that runs, mostly; sometimes of another, which may have ended. */
  scope(): Scope | undefined {
    if (this.#current !== undefined && this.chance(9, 10)) return this.#current;
    return this.#scopes.length === 0 ? undefined : this.random.pick(this.#scopes);
  }

  addScope(scope: Scope): void {
    if (this.#scopes.length < THINGS_MAX) this.#scopes.push(scope);
    else this.#scopes[this.random.below(THINGS_MAX)] = scope;
  }

  /** Holds memory: it is let go at the end, unless an action does so before. */
  hold(memory: Memory): void {
    this.holds.push(memory);
  }

  /** Runs a handler with numbers of its own, so that it acts alike whenever it is called. */
  inside<T>(seed: number, scope: Scope | undefined, body: () => T): T {
    const { random } = this;
    const current = this.#current;
    this.random = new Random(seed);
    this.#current = scope;
    this.#depth++;
    try {
      return body();
    } finally {
      this.#depth--;
      this.random = random;
      this.#current = current;
    }
  }

  /** Does something. */
  act(): void {
    if (this.isEnding || this.actionsLeft <= 0) return;
    this.actionsLeft--;
    this.actions++;
    const family = weighted(this.random, this.#surroundings.families);
    weighted<Action>(this.random, family.actions).run(this);
  }

  /** Does something while something else is being done. */
  actInside(): void {
    if (this.#depth >= DEPTH_MAX || !this.chance(1, 2)) return;
    this.#depth++;
    this.note("inside:");
    try {
      this.act();
    } finally {
      this.#depth--;
    }
  }

  /** Calls a method with arguments that are mostly legal. Returns undefined when it threw. */
  call(
    target: object | undefined,
    method: string,
    legal: unknown[],
    { small = false }: MethodPlan = {},
  ): unknown {
    if (target === undefined) return undefined;
    const args = this.arguments(legal, small);
    const name = `${describe(target)}.${method}(${args.map((arg) => describe(arg)).join(", ")})`;
    return this.attempt(
      name,
      () => (target as Record<string, (...args: unknown[]) => unknown>)[method]?.(...args),
    );
  }

  /** Reads a property. */
  read(target: object, property: string): void {
    this.attempt(`${describe(target)}.${property}`, () => Reflect.get(target, property));
  }

  /** Legal arguments, or three times in ten some that are not. */
  arguments(legal: unknown[], small = false): unknown[] {
    if (!this.chance(HOSTILE, HOSTILE_OF)) return legal;
    const args = [...legal];
    const at = this.random.below(args.length + 1);
    const value = args[at];
    if (typeof value === "object" && value !== null && this.chance(1, 3)) {
      args[at] = sly(this, value);
    } else args[at] = hostileValue(this, small);
    return args;
  }

  /** Does something that may throw what it is allowed to throw; anything else is a finding. */
  attempt<T>(name: string, body: () => T): T | undefined {
    this.note(name);
    try {
      const result = body();
      this.wasRefused = false;
      if (result instanceof Promise) this.follow(name, result);
      return result;
    } catch (error) {
      this.wasRefused = !(error instanceof UvError || error instanceof StateError);
      this.note(
        `! ${
          error instanceof Error ? `${error.name}: ${error.message.slice(0, 200)}` : typeof error
        }`,
      );
      this.judge(error, name);
      return undefined;
    }
  }

  /** Looks at an error, wherever it came out. */
  judge(error: unknown, where: string): void {
    if (error instanceof DOMException) return; // of structured clones, and of aborts
    const why = complaint(error);
    if (why !== undefined) this.find(`${where}: ${why}`, error);
  }

  /** Notes what must not be. */
  find(what: string, cause?: unknown): void {
    this.note(`FINDING ${what}`);
    this.findings.push(new Finding(what, { cause }));
  }

  /** Waits for a promise at the end of the sequence, and looks at its error. */
  follow(name: string, promise: Promise<unknown>): void {
    this.promises.push(
      promise.then(() => {}, (error: unknown) => this.judge(error, `${name} rejected`)),
    );
  }
}

function weighted<T extends { readonly weight: number }>(random: Random, items: readonly T[]): T {
  let left = random.below(items.reduce((sum, { weight }) => sum + weight, 0));
  for (const item of items) {
    left -= item.weight;
    if (left < 0) return item;
  }
  throw new Error("No item has a weight");
}

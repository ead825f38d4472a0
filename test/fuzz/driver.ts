import { done, type Machine, type Notifier, ok, type Response, type Scope } from "../../src/mod.ts";
import type { World } from "./world.ts";

const ACTIONS_MAX = 3;
const ODD = 0x85ebca6b;

/**
 * The machine that keeps a run going: it does something in each turn, and ends the run after so
 * many. It never fails, so that a run ends whatever the others do.
 */
export class Driver implements Machine {
  readonly #world: World;
  readonly #scope: Scope;
  readonly #notifier: Notifier;
  #turns = 0;
  #calls = 0;
  #isOver = false;

  constructor(world: World, scope: Scope) {
    this.#world = world;
    this.#scope = scope;
    this.#notifier = scope.notifier();
    this.#notifier.wakeup();
  }

  /** Goes on for so many turns from the next run on. */
  start(turns: number): void {
    this.#turns = turns;
    this.#notifier.wakeup();
  }

  /** Ends with its next turn. */
  end(): void {
    this.#isOver = true;
    this.#notifier.wakeup();
  }

  wakeup(): Response {
    return this.#turn();
  }

  timeout(): Response {
    return this.#turn();
  }

  #turn(): Response {
    if (this.#isOver) return done();
    const world = this.#world;
    world.note("driver");
    return world.inside(Math.imul(world.seed + ++this.#calls, ODD), this.#scope, () => {
      if (this.#turns-- <= 0 || world.actionsLeft <= 0) {
        this.#scope.shutdownLoop();
        this.#notifier.wakeup(); // ends the next run too, if it is not started before
        return ok();
      }
      for (let left = world.random.below(ACTIONS_MAX + 1); left > 0; left--) world.act();
      if (world.chance(1, 12)) return ok().deadline(this.#scope.now + 1);
      this.#notifier.wakeup();
      return ok();
    });
  }
}

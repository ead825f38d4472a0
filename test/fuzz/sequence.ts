import { setImmediate, setTimeout } from "node:timers";
import {
  Loop,
  type LoopMetrics,
  type LoopOptions,
  type MachineErrorReport,
  ok,
} from "../../src/mod.ts";
import { openFds } from "../harness.ts";
import { Actor } from "./actor.ts";
import { Descriptors } from "./descriptors.ts";
import { Driver } from "./driver.ts";
import type { Finding } from "./verdict.ts";
import { type Surroundings, World } from "./world.ts";

const ROUNDS_MAX = 3;
const TURNS_MAX = 12;
/** Of so many sequences one is pumped: that takes a thread. */
const PUMPED_OF = 40;
/** For threads that are about to end, in milliseconds. */
const PATIENCE_MS = 5000;

/**
 * The thread of a pump that was over before it came up opens descriptors later, and the runtime
 * closes those of one that has ended when it comes to it: child.ts looks at the end again.
 */
const FDS_OF_THREADS = 6;
const SOON = 100;
let sincePump = SOON;

/** What a sequence has come to. */
export interface Outcome {
  readonly actions: number;
  readonly findings: readonly Finding[];
}

/** One sequence: a loop is made, things are done with it, it ends, and nothing is left. */
export class Sequence {
  readonly #world: World;
  readonly #descriptors = new Descriptors();
  readonly #isPumped: boolean;
  #driver: Driver | undefined;

  constructor(surroundings: Surroundings, seed: number) {
    this.#world = new World(surroundings, this.#descriptors, seed);
    this.#isPumped = this.#world.chance(1, PUMPED_OF);
    this.#world.isPumped = this.#isPumped;
  }

  /** Runs it, and looks for what is left. */
  async run(): Promise<Outcome> {
    const world = this.#world;
    const before = openFds();
    const loop = this.#open();
    if (this.#isPumped) world.note("pumped");
    for (let round = world.random.between(1, ROUNDS_MAX); round > 0; round--) {
      await this.#round(loop);
    }
    await this.#end(loop);
    this.#descriptors.closeAll();
    await Promise.all(world.promises);
    sincePump = this.#isPumped ? 0 : sincePump + 1;
    const late = sincePump < SOON ? FDS_OF_THREADS : 0;
    await this.#assertDescriptorsBack(before + late);
    return { actions: world.actions, findings: world.findings };
  }

  #open(): Loop<unknown> {
    const world = this.#world;
    const options = this.#options();
    const creator = Loop.create(options);
    creator.addMachine((scope) => ok(this.#driver = new Driver(world, scope as never)));
    const loop = creator.instantiate({});
    world.loop = loop;
    world.keep("loop", loop);
    return loop;
  }

  #options(): LoopOptions {
    const world = this.#world;
    const { random } = world;
    return {
      slabCapacity: random.pick([2, 3, 8, 64, 64]),
      blockBytes: random.pick([1024, 2048, 16384]),
      largeBlockBytes: random.pick([0, 4096, 65536]),
      poolBytesMax: random.pick([2048, 32768, 2 ** 22, 2 ** 22]),
      leakLevel: random.pick(["off", "simple", "paranoid"]),
      acceptsPerTurn: random.pick([1, 64]),
      traceHandles: random.below(4) === 0,
      onError: (report) => this.#failed(report),
      onLeak: ({ held }) => {
        if (held > world.holds.length) world.find(`${held} blocks leaked`);
      },
    };
  }

  #failed({ error, handler }: MachineErrorReport): void {
    const world = this.#world;
    world.note(`onError in ${handler}: ${error instanceof Error ? error.message : typeof error}`);
    if (handler !== "report") world.judge(error, `onError in ${handler}`);
    if (world.chance(1, 10)) world.actInside();
  }

  /** Some actions outside, some machines, a run. */
  async #round(loop: Loop<unknown>): Promise<void> {
    const world = this.#world;
    for (let count = world.random.between(0, 2); count > 0; count--) {
      if (world.random.below(2) > 0) world.act();
      world.attempt("addMachine", () => loop.addMachine((scope) => Actor.start(world, scope)));
    }
    if (loop.state === "closed") return;
    this.#driver?.start(world.random.between(1, TURNS_MAX));
    if (this.#isPumped) await this.#pump(loop);
    else world.attempt("run", () => loop.run());
  }

  async #pump(loop: Loop<unknown>): Promise<void> {
    const world = this.#world;
    let isOver = false;
    const running = loop.pump().then(() => {}, (error: unknown) => world.judge(error, "pump"))
      .finally(() => isOver = true);
    while (!isOver) {
      if (world.chance(1, 3)) world.act();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await running;
  }

  /** Ends the loop in one of two ways: its machines first, or all of it. */
  async #end(loop: Loop<unknown>): Promise<void> {
    const world = this.#world;
    world.note("the end");
    world.isEnding = true;
    for (const end of world.enders.splice(0)) world.attempt("an ender", end);
    const isDrained = !world.hasMutes && loop.state !== "closed" && world.chance(2, 3);
    if (isDrained) await this.#drain(loop);
    this.#letGo();
    for (const close of world.closers.splice(0)) world.attempt("a closer", close);
    if (loop.state === "closed") return;
    if (isDrained) this.#assertNothingLeft(loop.metrics());
    if (loop.metrics().ring.lost > 0) world.find("records were lost");
    world.attempt("close", () => loop.close());
    if (loop.machines > 0 || !isClosed(loop)) world.find("the loop does not close");
    this.#letGo(); // what the end has brought
  }

  async #drain(loop: Loop<unknown>): Promise<void> {
    const world = this.#world;
    this.#driver?.end();
    for (const notifier of world.notifiers) notifier.wakeup();
    if (this.#isPumped) await loop.pump().catch((error: unknown) => world.judge(error, "pump"));
    else world.attempt("run", () => loop.run());
    if (loop.machines > 0) world.find(`${loop.machines} machines do not end`);
  }

  #letGo(): void {
    const { holds } = this.#world;
    for (const memory of holds.splice(0)) {
      this.#world.attempt("let go", () => {
        if (memory.holders > 0) memory.release();
      });
    }
  }

  #assertNothingLeft({ handles, requests, deadlines, blocks }: LoopMetrics): void {
    const world = this.#world;
    // A child that outlives its machine is collected when it ends, by a handle and a watcher.
    const left = {
      handles: Math.max(handles - 2 * world.children, 0),
      requests,
      deadlines,
      blocks: blocks.held,
    };
    for (const [what, count] of Object.entries(left)) {
      if (count !== 0) world.find(`${count} ${what} are left`);
    }
  }

  async #assertDescriptorsBack(before: number): Promise<void> {
    for (const startMs = performance.now(); openFds() > before;) {
      if (performance.now() - startMs > PATIENCE_MS) {
        return this.#world.find(`${openFds()} descriptors, ${before} before`);
      }
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }
}

function isClosed({ state }: Loop<unknown>): boolean {
  return state === "closed";
}

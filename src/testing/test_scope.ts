import { StateError } from "../error/state_error.ts";
import type { Notifier, Scope } from "../machine/scope.ts";
import type { Block } from "../memory/block.ts";
import type { BlockSource } from "../memory/block_source.ts";

/** A scope without a loop: its clock is moved by hand, and it has no handles to give. */
export class TestScope<C> implements Scope<C> {
  readonly context: C;
  readonly blocks: BlockSource;
  /** Errors that were reported. */
  readonly errors: unknown[] = [];
  /** Whether `shutdownLoop` was called. */
  isShutDown = false;
  /** Whether a notifier was used since this was last looked at. */
  isWoken = false;
  now: number;
  readonly #deadlines = new Map<string, number>();

  /** @param nowMs what the clock shows first */
  constructor(context: C, blocks: BlockSource, nowMs: number) {
    this.context = context;
    this.blocks = blocks;
    this.now = nowMs;
  }

  after(delayMs: number): number {
    return this.now + delayMs;
  }

  notifier(): Notifier {
    return {
      wakeup: () => {
        this.isWoken = true;
        return "ok";
      },
      address: () => this.#refuse("give a notifier's address"),
    };
  }

  setDeadline(name: string, timeMs: number): void {
    this.#deadlines.set(name, timeMs);
  }

  clearDeadline(name: string): void {
    this.#deadlines.delete(name);
  }

  /** The earliest named deadline. */
  get earliest(): { readonly name: string; readonly timeMs: number } | undefined {
    const [first] = [...this.#deadlines].sort(([, a], [, b]) => a - b);
    return first === undefined ? undefined : { name: first[0], timeMs: first[1] };
  }

  leaseBlock(): Block | undefined {
    return this.blocks.lease();
  }

  wakeWhenRoom(): void {
    this.isWoken = true;
  }

  report(error: unknown): void {
    this.errors.push(error);
  }

  shutdownLoop(): void {
    this.isShutDown = true;
  }

  register(): void {}

  tcp(): never {
    return this.#refuse("make a tcp");
  }

  pipe(): never {
    return this.#refuse("make a pipe");
  }

  pipePair(): never {
    return this.#refuse("make a pipe");
  }

  socketPair(): never {
    return this.#refuse("make a pair of sockets");
  }

  udp(): never {
    return this.#refuse("make a udp");
  }

  timer(): never {
    return this.#refuse("make a timer");
  }

  async(): never {
    return this.#refuse("make an async");
  }

  tty(): never {
    return this.#refuse("open a terminal");
  }

  get fs(): never {
    return this.#refuse("use files");
  }

  fsEvent(): never {
    return this.#refuse("watch a path");
  }

  fsPoll(): never {
    return this.#refuse("watch a path");
  }

  poll(): never {
    return this.#refuse("watch a descriptor");
  }

  prepare(): never {
    return this.#refuse("hook into the loop");
  }

  check(): never {
    return this.#refuse("hook into the loop");
  }

  idle(): never {
    return this.#refuse("hook into the loop");
  }

  signal(): never {
    return this.#refuse("watch signals");
  }

  process(): never {
    return this.#refuse("start a process");
  }

  nameinfo(): never {
    return this.#refuse("name an address");
  }

  random(): never {
    return this.#refuse("ask for random bytes");
  }

  work(): never {
    return this.#refuse("call a native function");
  }

  resolve(): never {
    return this.#refuse("resolve a name");
  }

  #refuse(operation: string): never {
    throw new StateError(operation, "a protocol under test has no loop");
  }
}

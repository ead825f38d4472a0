import { type Handle, Loop, ok } from "../../src/mod.ts";
import type { Random } from "../fixtures/random.ts";
import { nameObject } from "./trace.ts";

/** Another loop: what is its own, open and closed, is given to calls that must refuse it. */
export class Stranger {
  readonly #loop: Loop<undefined>;
  readonly #things: object[] = [];

  constructor() {
    this.#loop = Loop.create().instantiate(undefined);
    this.#loop.addMachine((scope) => {
      const make = (): Handle[] => [
        scope.tcp(),
        scope.pipe(),
        scope.udp(),
        scope.timer(),
        scope.async(),
        scope.signal(),
        scope.fsEvent(),
        scope.fsPoll(),
        scope.prepare(),
        scope.check(),
        scope.idle(),
      ];
      this.#name("stranger's", make());
      const closed = make();
      for (const handle of closed) handle.close();
      this.#name("stranger's closed", closed);
      const [block, released] = [scope.leaseBlock(), scope.leaseBlock()];
      released?.release();
      if (block !== undefined) this.#things.push(nameObject(block, "stranger's block"));
      if (released !== undefined) this.#things.push(nameObject(released, "stranger's free block"));
      this.#things.push(nameObject(scope.notifier(), "stranger's notifier"));
      this.#closing = () => block?.release();
      return ok({});
    });
  }

  #closing = (): void => {};

  pick(random: Random): object {
    return random.pick(this.#things);
  }

  close(): void {
    this.#closing();
    this.#loop.close();
  }

  #name(name: string, handles: readonly Handle[]): void {
    for (const handle of handles) this.#things.push(nameObject(handle, `${name} ${handle.kind}`));
  }
}

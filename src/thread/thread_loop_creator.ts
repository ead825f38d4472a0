import { type Loop, LoopCreator } from "../loop/loop.ts";

/** Remembers the loop, so that a thread can close one that its module's hook has instantiated. */
export class ThreadLoopCreator extends LoopCreator {
  #loop: Loop | undefined;

  override instantiate<C>(context: C): Loop<C> {
    const loop = super.instantiate(context);
    this.#loop = loop as Loop;
    return loop;
  }

  /** Closes the loop, whoever has instantiated it, unless it is closed. */
  override [Symbol.dispose](): void {
    if (this.#loop === undefined) super[Symbol.dispose]();
    else this.#loop[Symbol.dispose]();
  }
}

import { BellWatch } from "./bell_watch.ts";
import { End, type EndParts } from "./end.ts";
import type { Role, SharedState } from "./shared_state.ts";
import { WaitingLine } from "./waiting_line.ts";

/** An end at which promises can wait: those who take for messages, those who give for room. */
export abstract class WaitingEnd<S extends SharedState, R extends Role> extends End<S, R> {
  /** What tells of messages or room, for `select`. */
  readonly watch: BellWatch;
  protected readonly line: WaitingLine;

  /** @param name for errors */
  constructor(parts: EndParts<S>, role: R, name: string) {
    super(parts, role, name);
    this.watch = new BellWatch(role === "receiver" ? this.state.ahead : this.state.back);
    this.line = new WaitingLine(this.watch);
  }

  /** Those that wait here keep the thread alive: so they do from the start. */
  ref(): this {
    this.line.keepsAlive = true;
    return this;
  }

  /** Those that wait here do not keep the thread alive. */
  unref(): this {
    this.line.keepsAlive = false;
    return this;
  }

  protected override get waiting(): number {
    return this.line.length;
  }
}

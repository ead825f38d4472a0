import type { Notifier } from "../../src/mod.ts";

/** What the machines of load.ts share. */
export class LoadContext {
  readonly port: number;
  /** Wakes the machine that directs the others: all connected, or all idle. */
  director: Notifier | undefined;
  /** Wakes a connection, so that it sends. */
  readonly connections: Notifier[] = [];
  connected = 0;
  /** While this is false, an answer is not followed by another message. */
  isSending = false;
  /** Connections whose answer is not complete. */
  busy = 0;
  /** Messages that came back. */
  messages = 0;
  wrongBytes = 0;
  failure: string | undefined;

  constructor(port: number) {
    this.port = port;
  }

  /** Notes the first failure, and lets the director end the load. */
  fail(why: string): void {
    this.failure ??= why;
    this.director?.wakeup();
  }
}

/**
 * The load of the demo, as machines on this library: connections that each send 64 bytes, check
 * that they come back, and send the next. It prints JSON lines: see load_report.ts.
 *
 *     bun scripts/demo/load.ts PORT CONNECTIONS WARMUP_MS MEASURED_MS
 *
 * A line on the standard input starts a measurement, its end ends the program.
 */
import process from "node:process";
import { done, type IoEvent, Loop, type Machine, ok } from "../../src/mod.ts";
import type { Response, Scope } from "../../src/mod.ts";
import { LoadConnection } from "./load_connection.ts";
import { LoadContext } from "./load_context.ts";
import type { LoadReport } from "./load_report.ts";

const STDIN = 0;
const PROGRESS_MS = 500;
const SILENCE_MS_MAX = 5000;

/** What the load is doing. */
type Phase = "connecting" | "warming up" | "ready" | "measuring";

/** Directs the connections. The pipe on its standard input is one more stream of the loop. */
class Director implements Machine<LoadContext> {
  readonly #warmupMs: number;
  readonly #measuredMs: number;
  #phase: Phase = "connecting";
  #startMs = 0;
  #messagesBefore = 0;

  constructor(scope: Scope<LoadContext>, warmupMs: number, measuredMs: number) {
    this.#warmupMs = warmupMs;
    this.#measuredMs = measuredMs;
    const stdin = scope.pipe();
    stdin.open(STDIN);
    stdin.readStart();
    scope.setDeadline("silence", scope.after(SILENCE_MS_MAX));
  }

  /** A line on the standard input, or its end. */
  ready(event: IoEvent, scope: Scope<LoadContext>): Response {
    if (event.kind !== "read") {
      scope.shutdownLoop();
      return done();
    }
    if (this.#phase === "ready") this.#send(scope, "measuring", this.#measuredMs);
    return ok();
  }

  /** All connections are connected, or idle; or one has failed. */
  wakeup(scope: Scope<LoadContext>): Response {
    const { context } = scope;
    if (context.failure !== undefined) return this.#fail(scope, context.failure);
    scope.clearDeadline("silence");
    if (this.#phase === "connecting") {
      this.#send(scope, "warming up", this.#warmupMs);
      return ok();
    }
    if (this.#phase === "measuring") report(this.#result(context));
    else report({ kind: "ready", connections: context.connected });
    this.#phase = "ready";
    return ok();
  }

  timeout(scope: Scope<LoadContext>, name?: string): Response {
    const { context } = scope;
    if (name === "silence") return this.#fail(scope, this.#silence(context));
    if (name === "progress") {
      if (!context.isSending) return ok();
      report({ kind: "progress", messages: context.messages - this.#messagesBefore });
      scope.setDeadline("progress", scope.after(PROGRESS_MS));
      return ok();
    }
    context.isSending = false;
    scope.setDeadline("silence", scope.after(SILENCE_MS_MAX));
    return ok();
  }

  #send(scope: Scope<LoadContext>, phase: Phase, forMs: number): void {
    const { context } = scope;
    this.#phase = phase;
    this.#startMs = performance.now();
    this.#messagesBefore = context.messages;
    context.isSending = true;
    for (const connection of context.connections) connection.wakeup();
    scope.setDeadline("stop sending", scope.after(forMs));
    if (phase === "measuring") scope.setDeadline("progress", scope.after(PROGRESS_MS));
  }

  #result({ messages, wrongBytes }: LoadContext): LoadReport {
    return {
      kind: "result",
      messages: messages - this.#messagesBefore,
      seconds: (performance.now() - this.#startMs) / 1000,
      messagesInAll: messages,
      wrongBytes,
    };
  }

  #silence({ connected, connections, busy }: LoadContext): string {
    const seconds = SILENCE_MS_MAX / 1000;
    if (this.#phase !== "connecting") return `${busy} connections had no answer for ${seconds} s`;
    return `${connections.length - connected} connections were not accepted in ${seconds} s`;
  }

  #fail(scope: Scope<LoadContext>, why: string): Response {
    report({ kind: "failed", why });
    process.exitCode = 1;
    scope.shutdownLoop();
    return done();
  }
}

function report(line: LoadReport): void {
  console.log(JSON.stringify(line));
}

const [port, connections, warmupMs, measuredMs] = process.argv.slice(2).map(Number);
const context = new LoadContext(port ?? 0);
using loop = Loop.create().instantiate(context);
loop.addMachine((scope) => {
  context.director = scope.notifier();
  return ok(new Director(scope, warmupMs ?? 0, measuredMs ?? 0));
});
for (let index = 0; index < (connections ?? 0); index++) {
  loop.addMachine((scope) => {
    context.connections.push(scope.notifier());
    return ok(new LoadConnection(scope, index));
  });
}
loop.run();

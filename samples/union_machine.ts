/**
 * A client as a union of states, which the compiler checks: it knocks at a door until it is
 * answered, and backs off for longer each time that it is not.
 *
 * The door is shut at first, and opens when it hears the bell. The first
 * knock has it slammed, the second is answered.
 *
 *     bun samples/union_machine.ts [--diagram]
 *     deno run --allow-ffi --allow-env samples/union_machine.ts [--diagram]
 *
 * With `--diagram` it prints its states as a Mermaid diagram instead.
 */
import process from "node:process";
import { done, error, Loop, mermaid, ok, spawn, stateMachine } from "../src/mod.ts";
import type { IoEvent, Machine, Notifier, Response, Scope } from "../src/mod.ts";
import type { Step, Stream, Tcp } from "../src/mod.ts";

/** What the machines share. */
interface Street {
  readonly port: number;
  /** Wakes the door. */
  readonly bell: Notifier;
}

const ANSWER_MS = 5_000;
const BACKOFF_MS = 10;
const ATTEMPTS_MAX = 5;

// ---- The visitor ----

type Visitor =
  | { readonly kind: "idle" }
  | { readonly kind: "connecting"; readonly tcp: Tcp; readonly attempt: number }
  | Connected
  | { readonly kind: "backing_off"; readonly attempt: number };

interface Connected {
  readonly kind: "connected";
  readonly tcp: Tcp;
  readonly attempt: number;
  /** What was said so far. */
  readonly text: string;
}

const visitor = stateMachine<Visitor, Street>()(
  {
    idle: { timeout: ["connecting"] },
    connecting: {
      connected: ["connected"],
      connectFailed: ["backing_off"],
      timeout: ["backing_off"],
    },
    connected: {
      read: ["connected", "done"],
      end: ["backing_off"],
      readFailed: ["backing_off"],
      writeFailed: ["backing_off"],
      timeout: ["backing_off"],
    },
    backing_off: { timeout: ["connecting"] },
  },
  {
    idle: { timeout: (_state, scope) => goTo(scope, 1) },
    connecting: {
      connected: knock,
      connectFailed: (state, scope, event) => {
        scope.context.bell.wakeup();
        return backOff(state, scope, event.error.code);
      },
      timeout: (state, scope) => backOff(state, scope, "nobody comes"),
    },
    connected: {
      read: listen,
      end: (state, scope) => backOff(state, scope, "the door was slammed"),
      readFailed: (state, scope) => backOff(state, scope, "the door was slammed"),
      writeFailed: (state, scope) => backOff(state, scope, "the door was slammed"),
      timeout: (state, scope) => backOff(state, scope, "nobody answers"),
    },
    backing_off: {
      timeout: ({ attempt }, scope) =>
        attempt < ATTEMPTS_MAX ? goTo(scope, attempt + 1) : error(new Error("Nobody is at home")),
    },
  },
  { dispose: ({ kind }) => console.log(`visitor: leaves, ${kind}`) },
);

function goTo(scope: Scope<Street>, attempt: number): Step<Visitor, "connecting"> {
  console.log(`visitor: attempt ${attempt}`);
  const tcp = scope.tcp();
  tcp.connect("127.0.0.1", scope.context.port);
  return ok({ kind: "connecting", tcp, attempt }).deadline(scope.after(ANSWER_MS));
}

function knock(
  { tcp, attempt }: { readonly tcp: Tcp; readonly attempt: number },
  scope: Scope<Street>,
): Step<Visitor, "connected"> {
  console.log("visitor: knocks");
  tcp.write("knock\n");
  tcp.readStart();
  return ok({ kind: "connected", tcp, attempt, text: "" }).deadline(scope.after(ANSWER_MS));
}

/** An answer may come in pieces. */
function listen(
  state: Connected,
  scope: Scope<Street>,
  { bytes }: { readonly bytes: Uint8Array },
): Step<Visitor, "connected" | "done"> {
  const text = state.text + new TextDecoder().decode(bytes);
  if (!text.endsWith("\n")) return ok({ ...state, text }).deadline(scope.after(ANSWER_MS));
  console.log(`visitor: hears "${text.trim()}"`);
  return done();
}

/** The `closed` event that follows is no concern of the state that this goes to. */
function backOff(
  { tcp, attempt }: { readonly tcp: Tcp; readonly attempt: number },
  scope: Scope<Street>,
  why: string,
): Step<Visitor, "backing_off"> {
  const delayMs = BACKOFF_MS * 2 ** (attempt - 1);
  console.log(`visitor: ${why}; waits for ${delayMs} ms`);
  tcp.close();
  return ok({ kind: "backing_off", attempt }).deadline(scope.after(delayMs));
}

// ---- The door ----

/** Serves visitors, each by a machine of its own, until one was answered. */
class Door implements Machine<Street, Stream> {
  readonly #listener: Tcp;
  #visitors = 0;

  constructor(listener: Tcp) {
    this.#listener = listener;
  }

  wakeup(): Response {
    console.log("door: opens");
    this.#listener.listen();
    return ok();
  }

  ready(event: IoEvent): Response<Stream> {
    return event.kind === "connection" ? spawn(event.stream) : ok();
  }

  create(stream: Stream, scope: Scope<Street>): Response {
    if (++this.#visitors === 1) {
      stream.close();
      return done();
    }
    scope.register(stream);
    stream.readStart();
    return ok({ ready: answer });
  }

  spawned(): Response<Stream> {
    return this.#visitors === 1 ? ok() : done();
  }
}

function answer(event: IoEvent): Response {
  if (event.kind === "read") event.handle.write("Who is there?\n");
  return event.kind === "end" || event.kind === "readFailed" ? done() : ok();
}

// ---- The street ----

function run(): void {
  let street!: Street;
  const creator = Loop.create();
  creator.addMachine((scope) => {
    const listener = scope.tcp();
    listener.bind("127.0.0.1", 0);
    street = { port: listener.localAddress().port, bell: scope.notifier() };
    return ok(new Door(listener));
  });
  using loop = creator.instantiate(street);
  loop.addMachine((scope) => visitor.start({ kind: "idle" }, scope.now));
  loop.run();
}

if (process.argv.includes("--diagram")) console.log(mermaid(visitor.transitions, "idle").trimEnd());
else run();

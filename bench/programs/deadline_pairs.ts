/**
 * Sets and clears deadlines through the public interface, and tells what it costs:
 *
 *     bun deadline_pairs.ts PAIRS PENDING
 */

import process from "node:process";
import { Loop, type Machine, type Notifier, ok, type Response, type Scope } from "../../src/mod.ts";
import { tell } from "./reading.mjs";

const HOUR_MS = 3_600_000;
/** Machines that are woken in each turn. */
const WOKEN = 1_000;

const [pairs = 0, pending = 0] = process.argv.slice(2).map(Number);

/** Has deadlines, none of which is ever due. */
class Waiting implements Machine {
  timeout(): Response {
    return ok();
  }
}

/** A loop, and the scopes of its machines. */
interface Subject {
  readonly loop: Loop;
  readonly scopes: readonly Scope[];
}

/** A loop with a machine for each deadline that is to be pending. */
function newSubject(machines: number): Subject {
  const loop = Loop.create({ slabCapacity: 2 ** 20 }).instantiate(undefined);
  const scopes: Scope[] = [];
  for (let i = 0; i < machines; i++) {
    loop.addMachine((scope) => {
      scopes.push(scope);
      return ok(new Waiting());
    });
  }
  return { loop, scopes };
}

/** When the i-th deadline of a case is due. */
type Times = (scope: Scope, i: number) => number;

/** Evenly spread over the hour after the next, in no order: multiples of the golden ratio. */
const spread: Times = (scope, i) => scope.after(HOUR_MS * (1 + (i * 0.6180339887498949) % 1));
/** Timeouts of one length, in a time that goes on: later than all that are pending. */
const latest: Times = (scope, i) => scope.after(2 * HOUR_MS + Math.floor(i / 1_000));
/** Earlier than all that are pending: what a heap likes least. */
const earliest: Times = (scope, i) => scope.after(HOUR_MS / 2 + i % 1_000);

/** False in the first round, in which names and nodes are made and code is compiled. */
let isWarm = false;

function report(name: string, loop: Loop, body: () => void, pairsOfCase = pairs): void {
  const before = loop.metrics();
  const startMs = performance.now();
  body();
  const ms = performance.now() - startMs;
  const after = loop.metrics();
  if (!isWarm) return;
  tell({ metric: name, unit: "ns/pair", value: ms * 1e6 / pairsOfCase });
  const calls = after.ffiCalls - before.ffiCalls;
  tell({ metric: `${name}: FFI calls`, unit: "calls", value: calls });
}

/** Each is cleared before the next is set; machine after machine has one. */
function atOnce(name: string, { loop, scopes }: Subject, times: Times): void {
  report(name, loop, () => {
    let at = 0;
    for (let i = 0; i < pairs; i++) {
      const scope = scopes[at] as Scope;
      scope.setDeadline("pair", times(scope, i));
      scope.clearDeadline("pair");
      if (++at === scopes.length) at = 0;
    }
  });
}

/** As many are set as there are machines, then all are cleared in the same order. */
function allThenAll(name: string, { loop, scopes }: Subject, times: Times): void {
  report(name, loop, () => {
    scopes.forEach((scope, i) => scope.setDeadline("pending", times(scope, i)));
    scopes.forEach((scope) => scope.clearDeadline("pending"));
  }, scopes.length);
}

/** Each wake-up answers with a deadline or without, in turn. */
class Woken implements Machine {
  readonly #sets: boolean;
  #isSet = false;

  constructor(sets: boolean) {
    this.#sets = sets;
  }

  wakeup(scope: Scope): Response {
    this.#isSet = !this.#isSet;
    return this.#sets && this.#isSet ? ok().deadline(scope.after(HOUR_MS)) : ok();
  }

  timeout(): Response {
    return ok();
  }
}

/** Wakes all of them, as often as is needed for all pairs. */
class Waker implements Machine {
  readonly #notifiers: readonly Notifier[];
  readonly #own: Notifier;
  #left = 2 * pairs / WOKEN;

  constructor(scope: Scope, notifiers: readonly Notifier[]) {
    this.#notifiers = notifiers;
    this.#own = scope.notifier();
    this.#own.wakeup();
  }

  wakeup(scope: Scope): Response {
    for (const notifier of this.#notifiers) notifier.wakeup();
    if (--this.#left > 0) this.#own.wakeup();
    else scope.shutdownLoop();
    return ok();
  }
}

function wakeups(name: string, sets: boolean): void {
  using loop = Loop.create().instantiate(undefined);
  const notifiers: Notifier[] = [];
  for (let i = 0; i < WOKEN; i++) {
    loop.addMachine((scope) => {
      notifiers.push(scope.notifier());
      return ok(new Woken(sets));
    });
  }
  loop.addMachine((scope) => ok(new Waker(scope, notifiers)));
  report(name, loop, () => loop.run());
}

function runRound(few: Subject, many: Subject): void {
  for (const { scopes } of [few, many]) {
    scopes.forEach((scope, i) => scope.setDeadline("pending", spread(scope, i)));
  }
  atOnce("at once, alone", few, latest);
  atOnce("at once, later than all", many, latest);
  atOnce("at once, in no order", many, spread);
  atOnce("at once, earlier than all", many, earliest);
  for (const { scopes } of [few, many]) {
    scopes.forEach((scope) => scope.clearDeadline("pending"));
  }
  allThenAll("all set, all cleared", many, latest);
  allThenAll("all set, all cleared, in no order", many, spread);
  wakeups("wake-ups: ok().deadline(), ok()", true);
  wakeups("wake-ups: ok(), ok()", false);
}

const few = newSubject(1);
const many = newSubject(pending);
runRound(few, many);
isWarm = true;
runRound(few, many);
few.loop.close();
many.loop.close();

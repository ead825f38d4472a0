/** What the acts of a row share: how they are written, and how a refusal is told. */
import { done, type Machine, ok, type Scope, UvError } from "../../src/mod.ts";
import type { LoopTest } from "../harness.ts";

/** One way to do what would end the process. */
export interface Act {
  /** What is to come of it, and is told by `t.events`. */
  readonly told: readonly string[];
  readonly body: (t: LoopTest) => void | Promise<void>;
}

/** What a process does before it has used libuv at all. */
export interface FirstAct {
  readonly told: readonly string[];
  /** Returns what came of it. */
  readonly body: () => readonly string[];
}

/** The acts of a row, by name. */
export type Acts = Readonly<Record<string, Act>>;

/** What a file of `acts` exports. */
export interface Row {
  /** Done in this order, before all else. */
  readonly firsts?: Readonly<Record<string, FirstAct>>;
  readonly acts: Acts;
}

/** An act on a loop of its own, of which this is to come. */
export function act(told: readonly string[], body: Act["body"]): Act {
  return { told, body };
}

/** The name of an act with something of each name, and the act. */
export function actsOn<T>(
  things: Readonly<Record<string, T>>,
  make: (thing: T, name: string) => Act,
): Acts {
  return Object.fromEntries(Object.entries(things).map(([name, each]) => [name, make(each, name)]));
}

/** What a call threw: the code of a `UvError`, the name of another error, "allowed" for nothing. */
export function refusal(body: () => unknown): string {
  try {
    body();
  } catch (error) {
    return errorName(error);
  }
  return "allowed";
}

/** The same for a promise. */
export async function rejection(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    return errorName(error);
  }
  return "allowed";
}

/** An error in one word. */
export function errorName(error: unknown): string {
  if (error instanceof UvError) return error.code;
  return error instanceof Error ? error.name : `no error, but ${error}`;
}

/** Runs the loop with a machine that hears everything, does nothing, and ends in the next turn. */
export function live(t: LoopTest, setUp: (scope: Scope) => Machine | void): void {
  t.loop.addMachine((scope) => {
    const machine = setUp(scope) ?? {};
    scope.setDeadline("end", scope.now);
    return ok({ ready: () => ok(), timeout: () => done(), ...machine });
  });
  t.loop.run();
}

import type { Transferable } from "node:worker_threads";
import type { Loop } from "../loop/loop.ts";

/** What a loop thread's module sees of its thread. */
export interface LoopThreadScope<C = unknown> {
  /** The loop of this thread, with the context that the module's `context` made. */
  readonly loop: Loop<C>;
  /** Aborts when the thread is asked to stop. */
  readonly stopping: AbortSignal;
  /** Ends the thread from inside, as its owner's `stop` does, but without a deadline. */
  stop(): void;
}

/** The first argument of the module's functions. */
export interface CallScope<C = unknown> extends LoopThreadScope<C> {
  /** Aborts when the caller takes the call back, or the thread is asked to stop. */
  readonly signal: AbortSignal;
  /** Hands objects that the result holds over to the caller, instead of copying them. */
  transfer(...objects: Transferable[]): void;
}

/** Exports of a module that are called by the thread itself. */
export const hookNames = ["context", "setup", "stopping"] as const;

/** Names of exports that are hooks. */
export type HookName = typeof hookNames[number];

/** Names of the functions that a module lets its owner call. */
export type FunctionName<M> = Exclude<
  { [K in keyof M]: M[K] extends (scope: never, ...args: never[]) => unknown ? K : never }[keyof M],
  HookName | symbol | number
>;

/** What a function of a module takes behind its scope. */
export type FunctionArgs<F> = F extends (scope: never, ...args: infer A) => unknown ? A : never;

/** What follows the name in a call: arguments, which may be left out if there are none, options. */
export type CallArguments<F, O> = FunctionArgs<F> extends readonly [] | readonly unknown[]
  ? [] extends FunctionArgs<F> ? [args?: FunctionArgs<F>, options?: O]
  : [args: FunctionArgs<F>, options?: O]
  : never;

/** What a call of a function of a module resolves to. */
export type FunctionResult<F> = F extends (scope: never, ...args: never[]) => infer R ? Awaited<R>
  : never;

/** The type of a module that is not known: any name, any arguments, an unknown result. */
export type AnyThreadModule = Record<string, (scope: never, ...args: unknown[]) => unknown>;

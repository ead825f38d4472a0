import { optionsObject } from "../handle/argument.ts";
import type { Transferable } from "node:worker_threads";
import type { PlainLoopOptions } from "./thread_messages.ts";

/** What a loop thread is started with; everything has a default. */
export interface LoopThreadOptions {
  /** What a relative module is relative to: `import.meta.url` of the caller. */
  readonly base?: string | URL;
  /** Handed to the module's `context` and `setup`: a structured clone. */
  readonly data?: unknown;
  /** What of `data` is handed over instead of copied. */
  readonly transfer?: readonly Transferable[];
  /** Options of the loop, but for its hooks: see `onError` here. */
  readonly loop?: PlainLoopOptions;
  /**
   * `run` (the default) blocks the thread in libuv: the shortest way to its handlers. Promises and
   * timers of the runtime advance only while a call of the thread waits for one. `pump` lets the
   * thread's runtime run beside the loop all the time.
   */
  readonly mode?: "run" | "pump";
  /** How long the thread may take until it is ready, in milliseconds: 10000. */
  readonly startTimeoutMs?: number;
  /**
   * Told of errors that ended a machine, or came of a `post`; the thread goes on. By default they
   * are printed, as `LoopOptions.onError` does.
   */
  readonly onError?: (report: ThreadErrorReport) => void;
}

/** An error on a loop thread that did not end it. */
export interface ThreadErrorReport {
  readonly error: unknown;
  /** The handler of the machine that failed: `ready`, ...; or `post of "name"`. */
  readonly handler: string;
}

/** How a loop thread is stopped. */
export interface StopOptions {
  /**
   * How long it may take until force is used, in milliseconds: 600; in Deno, 500 are the least. A
   * third is for asking. Force has another 400.
   */
  readonly deadlineMs?: number;
}

/** How a thread has ended. */
export type StopOutcome =
  /** It has closed its loop itself. */
  | "closed"
  /** A handler did not return: the thread was ended, and its loop closed from outside. */
  | "terminated"
  /**
   * The thread sits in a system call that a handler has made, or waits for the system's resolver.
   * It closes its loop, or has it closed, and ends as soon as it can; it does not keep the process
   * alive.
   */
  | "abandoned";

/** How a post is made. */
export interface PostOptions {
  /** What of the arguments is handed over instead of copied. */
  readonly transfer?: readonly Transferable[];
}

/** How a call is made. */
export interface CallOptions extends PostOptions {
  /** Takes the call back: it rejects with the signal's reason, and the function's signal aborts. */
  readonly signal?: AbortSignal;
}

const START_TIMEOUT_MS = 10_000;
const STOP_DEADLINE_MS = 600;
const TIME_MS_MAX = 2 ** 31 - 1;

/** The options with their defaults, checked. */
export interface ThreadSettings {
  readonly module: string;
  readonly data: unknown;
  readonly transfer: readonly Transferable[];
  readonly loop: PlainLoopOptions;
  readonly mode: "run" | "pump";
  readonly startTimeoutMs: number;
  readonly onError: ((report: ThreadErrorReport) => void) | undefined;
}

/**
 * Fills in the defaults, once, at the outer edge.
 *
 * @throws {TypeError} for an option of the wrong type, and for a module that is not to be found
 *   without a `base`
 * @throws {RangeError} for a time out of its limits
 */
export function threadSettings(module: string | URL, options: LoopThreadOptions): ThreadSettings {
  if (typeof options !== "object" || options === null) {
    throw new TypeError("The options of a loop thread are an object");
  }
  const { base, data, transfer = [], loop = {}, mode = "run", onError } = options;
  if (onError !== undefined && typeof onError !== "function") {
    throw new TypeError("onError must be a function");
  }
  if (mode !== "run" && mode !== "pump") throw new TypeError("mode must be run or pump");
  if (typeof loop !== "object" || loop === null) throw new TypeError("loop must be an object");
  const startTimeoutMs = options.startTimeoutMs ?? START_TIMEOUT_MS;
  timeMs(startTimeoutMs, "startTimeoutMs", 1);
  return { module: moduleUrl(module, base), data, transfer, loop, mode, startTimeoutMs, onError };
}

/** The deadline of a stop, checked. */
export function stopDeadlineMs(options: StopOptions): number {
  const { deadlineMs = STOP_DEADLINE_MS } = optionsObject(options);
  return timeMs(deadlineMs, "deadlineMs", 0);
}

function timeMs(value: unknown, name: string, min: number): number {
  if (typeof value !== "number") throw new TypeError(`${name} must be a number`);
  if (!(value >= min && value <= TIME_MS_MAX)) {
    throw new RangeError(`${name} must be from ${min} to ${TIME_MS_MAX}, not ${value}`);
  }
  return value;
}

/** The module's URL. A stack could tell the caller's file, but not after bundling or inlining. */
function moduleUrl(module: string | URL, base: string | URL | undefined): string {
  if (module instanceof URL) return module.href;
  if (typeof module !== "string") {
    throw new TypeError("A loop thread's module is a URL or a string");
  }
  if (URL.canParse(module)) return module;
  const known = base?.toString();
  if (known !== undefined && URL.canParse(module, known)) return new URL(module, known).href;
  throw new TypeError(
    `${module} is relative to an unknown file: ` +
      `write new URL(${
        JSON.stringify(module)
      }, import.meta.url), or give { base: import.meta.url }`,
  );
}

import type { AsyncEvent } from "./async.ts";
import type { HandleEvent } from "./handle.ts";
import type { ResolveEvent } from "./resolve.ts";
import type { SignalEvent } from "./signal.ts";
import type { StreamEvent } from "./stream.ts";
import type { TimerEvent } from "./timer.ts";

/**
 * What can happen to a handle or a request. The object is one per loop, filled anew for each event:
 * it is valid until the handler returns. An event of a request has no handle.
 */
export type IoEvent =
  | AsyncEvent
  | HandleEvent
  | ResolveEvent
  | SignalEvent
  | StreamEvent
  | TimerEvent;

/** The tag of an event. */
export type IoEventKind = IoEvent["kind"];

/** The event of a kind. */
export type IoEventOf<K extends IoEventKind> = Extract<IoEvent, { kind: K }>;

import type { AsyncEvent } from "./async.ts";
import type { CheckEvent } from "./check.ts";
import type { FsEventEvent } from "./fs_event.ts";
import type { FsPollEvent } from "./fs_poll.ts";
import type { FsRequestEvent } from "./fs_request.ts";
import type { HandleEvent } from "./handle.ts";
import type { IdleEvent } from "./idle.ts";
import type { PollEvent } from "./poll.ts";
import type { PrepareEvent } from "./prepare.ts";
import type { PipeEvent } from "./pipe.ts";
import type { ProcessEvent } from "./process.ts";
import type { NameInfoEvent } from "./nameinfo.ts";
import type { RandomEvent } from "./random.ts";
import type { ResolveEvent } from "./resolve.ts";
import type { SignalEvent } from "./signal.ts";
import type { StreamEvent } from "./stream.ts";
import type { TimerEvent } from "./timer.ts";
import type { UdpEvent } from "./udp.ts";
import type { WorkEvent } from "./work.ts";

/**
 * What can happen to a handle or a request. The object is one per loop, filled anew for each event:
 * it is valid until the handler returns. An event of a request has no handle.
 */
export type IoEvent =
  | AsyncEvent
  | CheckEvent
  | FsEventEvent
  | FsPollEvent
  | FsRequestEvent
  | HandleEvent
  | IdleEvent
  | PollEvent
  | PrepareEvent
  | PipeEvent
  | ProcessEvent
  | NameInfoEvent
  | RandomEvent
  | ResolveEvent
  | SignalEvent
  | StreamEvent
  | TimerEvent
  | UdpEvent
  | WorkEvent;

/** The tag of an event. */
export type IoEventKind = IoEvent["kind"];

/** The event of a kind. */
export type IoEventOf<K extends IoEventKind> = Extract<IoEvent, { kind: K }>;

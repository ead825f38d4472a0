/**
 * rotor-uv: state-machine I/O for Bun and Deno on the system's libuv.
 *
 * @module
 */
export { LibraryError, type LibraryProblem } from "../ffi/libuv/library_error.ts";
export { ClosedError } from "./error/closed_error.ts";
export { SpawnError } from "./error/spawn_error.ts";
export { StateError } from "./error/state_error.ts";
export { UvError } from "./error/uv_error.ts";
export type { LoopMetrics } from "./loop/counters.ts";
export { Loop, LoopCreator, type LoopState } from "./loop/loop.ts";
export type { LoopOptions, MachineErrorReport } from "./loop/loop_options.ts";
export { notifierFrom } from "./loop/notifier.ts";
export { compose, type Composition } from "./machine/compose.ts";
export { ComposedMachine } from "./machine/composed_machine.ts";
export { mermaid } from "./machine/diagram.ts";
export type * from "./machine/io.ts";
export type { IoEvent, IoEventKind, IoEventOf } from "./machine/io_event.ts";
export type { Machine } from "./machine/machine.ts";
export {
  type Done,
  done,
  error,
  type Failed,
  type Ok,
  ok,
  type Response,
  type Spawn,
  spawn,
} from "./machine/response.ts";
export type { Handlers, MachineOptions, Step } from "./machine/step.ts";
export { StateMachine, stateMachine, type StateMachineKind } from "./machine/state_machine.ts";
export { type Families, type Family, TaggedSeed } from "./machine/tagged_seed.ts";
export type { EventArgument, EventName, State, Transitions } from "./machine/transitions.ts";
export type {
  EarlyScope,
  Notifier,
  NotifierAddress,
  Scope,
  WakeupAnswer,
} from "./machine/scope.ts";
export { Block } from "./memory/block.ts";
export { Memory } from "./memory/memory.ts";

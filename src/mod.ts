/**
 * rotor-uv: state-machine I/O for Bun and Deno on the system's libuv.
 *
 * @module
 */
export { LibraryError, type LibraryProblem } from "../ffi/libuv/library_error.ts";
export { NativeFunction } from "../ffi/memory/native_function.ts";
export type { Pointer } from "../ffi/runtime/contract.ts";
export { ClosedError } from "./error/closed_error.ts";
export { ConnectionError } from "./error/connection_error.ts";
export { MemoryError } from "./error/memory_error.ts";
export { SpawnError } from "./error/spawn_error.ts";
export { StateError } from "./error/state_error.ts";
export { UvError } from "./error/uv_error.ts";
export { fileSystem } from "./file/synchronous.ts";
export { closeDetachedFd as closeFd } from "./handle/detached_fds.ts";
export { type DescriptorType, guessHandle } from "./handle/guess_handle.ts";
export type * from "./io/address.ts";
export type * from "./io/async.ts";
export type * from "./io/check.ts";
export type * from "./io/directory.ts";
export type * from "./io/event.ts";
export type * from "./io/file.ts";
export type * from "./io/file_status.ts";
export type * from "./io/file_system.ts";
export type * from "./io/fs_event.ts";
export type * from "./io/fs_poll.ts";
export type * from "./io/fs_request.ts";
export type * from "./io/handle.ts";
export type * from "./io/handles.ts";
export type * from "./io/idle.ts";
export type * from "./io/nameinfo.ts";
export type * from "./io/pipe.ts";
export type * from "./io/poll.ts";
export type * from "./io/prepare.ts";
export type * from "./io/process.ts";
export type * from "./io/random.ts";
export type * from "./io/request.ts";
export type * from "./io/requests.ts";
export type * from "./io/resolve.ts";
export type * from "./io/signal.ts";
export type * from "./io/stream.ts";
export type * from "./io/sync_file_system.ts";
export type * from "./io/tcp.ts";
export type * from "./io/timer.ts";
export type * from "./io/tty.ts";
export type * from "./io/udp.ts";
export type * from "./io/work.ts";
export type * from "./io/writable.ts";
export { Loop, LoopCreator, type LoopState } from "./loop/loop.ts";
export type { LoopMetrics } from "./loop/loop_metrics.ts";
export type { LoopOptions, MachineErrorReport } from "./loop/loop_options.ts";
export { notifierFrom } from "./loop/notifier.ts";
export type { PumpOptions } from "./loop/pump.ts";
export { Session, type SessionRequestOptions } from "./loop/session.ts";
export { compose, type Composition } from "./machine/compose.ts";
export { ComposedMachine } from "./machine/composed_machine.ts";
export { mermaid } from "./machine/diagram.ts";
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
export type {
  EarlyScope,
  Notifier,
  NotifierAddress,
  Scope,
  WakeupAnswer,
} from "./machine/scope.ts";
export { StateMachine, stateMachine, type StateMachineKind } from "./machine/state_machine.ts";
export type { Handlers, MachineOptions, Step } from "./machine/step.ts";
export { type Families, type Family, TaggedSeed } from "./machine/tagged_seed.ts";
export type { EventArgument, EventName, State, Transitions } from "./machine/transitions.ts";
export { Block } from "./memory/block.ts";
export type { BlockMetrics } from "./memory/block_metrics.ts";
export type { BlockSource } from "./memory/block_source.ts";
export { ByteSequence, type TextOptions } from "./memory/byte_sequence.ts";
export { Chain } from "./memory/chain.ts";
export { ChainCursor } from "./memory/chain_cursor.ts";
export { ForeignMemory } from "./memory/foreign_memory.ts";
export { HeapBlocks, type HeapBlocksOptions } from "./memory/heap_blocks.ts";
export type { LeakLevel, LeakReport } from "./memory/leak_tracker.ts";
export type { LentMemoryOptions } from "./memory/lent_memory.ts";
export { Memory } from "./memory/memory.ts";
export { PinnedMemory } from "./memory/pinned_memory.ts";
export { Accept, accept, type AcceptOptions, type ProtocolMaker } from "./stream/accept.ts";
export type { BackoffOptions } from "./stream/backoff.ts";
export { Connect, connect } from "./stream/connect.ts";
export type { ConnectOptions } from "./stream/connect_options.ts";
export type { DialError, Target } from "./stream/dialer.ts";
export {
  type Abort,
  abort,
  type Expect,
  expectAny,
  expectBytes,
  expectDelimiter,
  expectEnd,
  expectFlush,
  type Intent,
  sleep,
  type Unchanged,
  unchanged,
} from "./stream/intent.ts";
export type { Outcome } from "./stream/outcome.ts";
export type { Output } from "./stream/output.ts";
export { Persistent, type PersistentOptions, type PersistentState } from "./stream/persistent.ts";
export type { Exception, FatalException, Protocol } from "./stream/protocol.ts";
export {
  type Expectations,
  type ProtocolEventName,
  type ProtocolEvents,
  type ProtocolHandlers,
  type ProtocolOptions,
  type ProtocolStep,
  StateProtocol,
  stateProtocol,
  type StateProtocolKind,
} from "./stream/state_protocol.ts";
export { StreamMachine, streamMachine } from "./stream/stream_machine.ts";
export type { StreamOptions } from "./stream/stream_options.ts";
export type { Transport } from "./stream/transport.ts";
export * as system from "./system/mod.ts";
export {
  ByteReader,
  type ByteReaderAddress,
  byteReaderFrom,
  ByteRing,
  ByteWriter,
  type ByteWriterAddress,
  byteWriterFrom,
} from "./thread/byte_ring.ts";
export { Channel, type ChannelOptions } from "./thread/channel.ts";
export type { End, EndAddress, Exiting } from "./thread/end.ts";
export {
  Latch,
  LatchCounter,
  type LatchCounterAddress,
  latchCounterFrom,
  LatchWaiter,
  type LatchWaiterAddress,
  latchWaiterFrom,
} from "./thread/latch.ts";
export { LoopThread, type LoopThreadState } from "./thread/loop_thread.ts";
export type {
  CallOptions,
  LoopThreadOptions,
  PostOptions,
  StopOptions,
  StopOutcome,
  ThreadErrorReport,
} from "./thread/loop_thread_options.ts";
export type { AnyThreadModule, CallScope, LoopThreadScope } from "./thread/loop_thread_scope.ts";
export {
  type Received,
  type ReceiveOptions,
  Receiver,
  type ReceiverAddress,
  receiverFrom,
} from "./thread/receiver.ts";
export {
  Reply,
  type ReplyOptions,
  ReplyReader,
  replyReaderFrom,
  ReplyWriter,
  type ReplyWriterAddress,
  replyWriterFrom,
} from "./thread/reply.ts";
export {
  type Arm,
  type Outcome as SelectOutcome,
  receiving,
  select,
  type Selected,
  type SelectOptions,
  sending,
  type Source,
  trySelect,
} from "./thread/select.ts";
export {
  type SendAnswer,
  Sender,
  type SenderAddress,
  senderFrom,
  type SendOptions,
} from "./thread/sender.ts";

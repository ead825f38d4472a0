import type { FsCall } from "../../ffi/libuv/fs.ts";
import type { NativeDirectory } from "../../ffi/libuv/fs_directory.ts";
import type { FsOperation, FsRequest, FsResultsOf } from "../io/fs_request.ts";
import type { SyncFsResults } from "../io/sync_file_system.ts";
import type { Memory } from "../memory/memory.ts";

/** What takes charge of what an operation has opened. */
export interface Opener<F, D> {
  file(fd: number, path: string): F;
  directory(native: NativeDirectory, path: string): D;
}

/**
 * One operation, described once, with its arguments checked: how libuv is called, and how its
 * answer is read. Two run it: `FsRequestHandle` for machines, `runNow` at once.
 */
export interface FsCommand<K extends FsOperation> {
  readonly operation: K;
  /** What messages say it works on. */
  readonly path: string;
  /** Calls libuv. What it points to needs to last only as long as the call, but for memory. */
  start(call: FsCall): number;
  /** Reads what came of it. @param result not negative */
  read<F, D>(call: FsCall, result: number, opener: Opener<F, D>): FsResultsOf<F, D>[K];
  /** It is done, or was never started: lets go of memory that libuv has worked on. */
  end?(letGo: (memory: Memory) => void): void;
  /** Nobody waits for it any more, and it cannot be taken back. */
  hurry?(): void;
}

/** How operations are answered: by a request, or at once by what came of them. */
export interface Answers<K extends FsOperation> {
  readonly request: FsRequest<K>;
  readonly now: SyncFsResults[K];
}

/** A way to answer. */
export type AnswerMode = keyof Answers<FsOperation>;

/** What runs commands. */
export type Runner<M extends AnswerMode> = <K extends FsOperation>(
  command: FsCommand<K>,
) => Answers<K>[M];

/** For operations of which nothing comes. */
export function readNothing(): void {}

/** For operations of which a number comes. */
export function readNumber(_call: FsCall, result: number): number {
  return result;
}

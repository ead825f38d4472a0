import type { Directory } from "./directory.ts";
import type { File } from "./file.ts";
import type { FileSystem } from "./file_system.ts";
import type { FsRequest, FsResultsOf } from "./fs_request.ts";

/** What comes of each operation that is done at once. */
export interface SyncFsResults extends FsResultsOf<SyncFile, SyncDirectory> {}

/** The same methods, whose results are returned, and whose errors are thrown as `UvError`. */
export type Synchronous<T> = {
  readonly [M in keyof T]: T[M] extends (...args: infer A) => FsRequest<infer K>
    ? (...args: A) => SyncFsResults[K]
    : T[M];
};

/** A `File` whose operations are done at once. Nobody closes it but you; `using` does. */
export interface SyncFile extends Synchronous<File>, Disposable {}

/** A `Directory` whose operations are done at once. Nobody closes it but you; `using` does. */
export interface SyncDirectory extends Synchronous<Directory>, Disposable {}

/** A `FileSystem` whose operations are done at once. */
export interface SyncFileSystem extends Synchronous<FileSystem> {}

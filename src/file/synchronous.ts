import type { NativeDirectory } from "../../ffi/libuv/fs_directory.ts";
import { ClosedError } from "../error/closed_error.ts";
import type { DirectoryEntry } from "../io/directory.ts";
import type { OpenedFile } from "../io/file.ts";
import type { FsOperation } from "../io/fs_request.ts";
import type {
  SyncDirectory,
  SyncFile,
  SyncFileSystem,
  SyncFsResults,
} from "../io/sync_file_system.ts";
import type { Stream } from "../io/stream.ts";
import type { FsCommand, Opener } from "./command.ts";
import { directoryCommands, ENTRIES } from "./directory_commands.ts";
import { fileCommands, type SendTarget } from "./file_commands.ts";
import { FileOperations } from "./file_operations.ts";
import { PathOperations } from "./path_operations.ts";
import { runNow } from "./run_now.ts";

const opener: Opener<SyncFile, SyncDirectory> = {
  file: (fd, path) => new FileNow(fd, path),
  directory: (native, path) => new DirectoryNow(native, path),
};

/** Runs a command at once. */
function run<K extends FsOperation>(command: FsCommand<K>): SyncFsResults[K] {
  return runNow(command, opener);
}

/**
 * The operations of `FileSystem`, done at once: on this thread, which waits for the system, with
 * results that are returned and errors that are thrown. They need no loop, and no thread.
 *
 * ```ts
 * using file = fileSystem.open("/etc/hostname");
 * const bytes = new Uint8Array(file.stat().size);
 * file.read(bytes);
 * ```
 */
export const fileSystem: SyncFileSystem = new PathOperations<"now">(run);

/** Closes what a machine has left behind; it is gone even where that fails. */
export function closeNow<K extends "close" | "closedir">(command: FsCommand<K>): void {
  try {
    run(command);
  } catch {
    // An earlier write was lost; nobody is left to be told.
  }
}

class FileNow extends FileOperations<"now"> implements SyncFile {
  protected readonly rules = { pool: undefined };
  #state: OpenedFile["state"] = "open";

  get state(): OpenedFile["state"] {
    return this.#state;
  }

  close(): void {
    this.assertOpen("close it");
    const command = fileCommands.close(this);
    this.#state = "closed"; // even where that fails
    run(command);
  }

  [Symbol.dispose](): void {
    if (this.#state === "open") this.close();
  }

  protected assertOpen(operation: string): void {
    if (this.#state !== "open") throw new ClosedError("file", operation);
  }

  protected run<K extends FsOperation>(command: FsCommand<K>): SyncFsResults[K] {
    if (this.#state === "open") return run(command);
    command.end?.((memory) => memory.unhold()); // the arguments have run code of the user's
    throw new ClosedError("file", command.operation);
  }

  protected targetOf(to: OpenedFile | Stream): SendTarget {
    if (!FileOperations.isGenuine(to)) throw new TypeError("sendfile() takes an open file here");
    if (to.state !== "open") throw new ClosedError("file", "send to it");
    return { fd: to.fd, path: to.path };
  }
}

class DirectoryNow implements SyncDirectory {
  readonly path: string;
  readonly #native: NativeDirectory;
  #state: SyncDirectory["state"] = "open";

  constructor(native: NativeDirectory, path: string) {
    this.#native = native;
    this.path = path;
  }

  get state(): SyncDirectory["state"] {
    return this.#state;
  }

  read(entriesMax: number = ENTRIES): readonly DirectoryEntry[] {
    this.#assertOpen("read from it");
    return run(directoryCommands.readdir(this.#native, this.path, entriesMax));
  }

  close(): void {
    this.#assertOpen("close it");
    this.#state = "closed";
    run(directoryCommands.closedir(this.#native, this.path));
  }

  [Symbol.dispose](): void {
    if (this.#state === "open") this.close();
  }

  #assertOpen(operation: string): void {
    if (this.#state !== "open") throw new ClosedError("directory", operation);
  }
}

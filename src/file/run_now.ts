import { cleanUp, fsResult, immediateCall } from "../../ffi/libuv/fs.ts";
import { UvError } from "../error/uv_error.ts";
import type { FsOperation } from "../io/fs_request.ts";
import type { SyncDirectory, SyncFile, SyncFsResults } from "../io/sync_file_system.ts";
import type { FsCommand, Opener } from "./command.ts";

/**
 * Runs a command on this thread, which waits for the system.
 *
 * @throws {UvError} what the system answers
 */
export function runNow<K extends FsOperation>(
  command: FsCommand<K>,
  opener: Opener<SyncFile, SyncDirectory>,
): SyncFsResults[K] {
  const call = immediateCall();
  try {
    const status = command.start(call); // the result as an int: it serves for errors only
    const result = status < 0 ? status : fsResult(call);
    try {
      if (result < 0) throw new UvError(result, command.operation, command.path);
      return command.read(call, result, opener);
    } finally {
      cleanUp(call);
    }
  } finally {
    command.end?.((memory) => memory.unhold());
  }
}

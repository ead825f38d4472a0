import type { FsRequest } from "./fs_request.ts";

export type { DirectoryEntry } from "../../ffi/libuv/fs_results.ts";

/**
 * An open directory (`uv_dir_t`), read in chunks. It belongs to the machine that opened it, or that
 * registered it since, and is closed when that ends.
 */
export interface Directory {
  readonly path: string;
  /** `closing` from `close()` on, until its event. */
  readonly state: "open" | "closing" | "closed";
  /**
   * Reads on (`uv_fs_readdir`): at most so many entries, without `.` and `..`, in the system's own
   * order; an empty list at the end.
   *
   * @param entriesMax 1 to 65536; 256 by default
   * @throws {StateError} while another read is under way
   * @throws {ClosedError} when it is closing or closed
   */
  read(entriesMax?: number): FsRequest<"readdir">;
  /**
   * Closes it (`uv_fs_closedir`), when a read that is under way has ended.
   *
   * @throws {ClosedError} the second time
   */
  close(): FsRequest<"closedir">;
}

import type { NativeFunction } from "../../ffi/memory/native_function.ts";
import type { FileSystem } from "./file_system.ts";
import type { NameInfo, NameInfoOptions } from "./nameinfo.ts";
import type { Random } from "./random.ts";
import type { Resolve, ResolveOptions } from "./resolve.ts";
import type { Work } from "./work.ts";

/**
 * What a machine can ask for, to be answered once, by an event. libuv's thread pool works on it
 * meanwhile, and the loop goes on. When the machine ends its requests are cancelled; where that is
 * too late the loop waits for them before `run` and `close` return.
 */
export interface Requests {
  /** Files and directories (`uv_fs_...`). */
  readonly fs: FileSystem;

  /**
   * Looks up a name (`uv_getaddrinfo`), from now on: a `resolved` or `resolveFailed` event. Half of
   * the pool's threads, two by default, work on such lookups; more of them wait.
   *
   * @param host a name or a literal address, at most 255 characters
   * @throws {TypeError} unless `host` is a string and the options are of their types
   * @throws {RangeError} for a `host` that is empty, too long, has a NUL in it, or letters outside
   *   ASCII that no host name has
   */
  resolve(host: string, options?: ResolveOptions): Resolve;

  /**
   * Looks up what an address and port are called (`uv_getnameinfo`): a `named` or `nameFailed`
   * event. Shares its threads with `resolve`.
   *
   * @param address `127.0.0.1`, `::1`
   * @param port 0 to 65535
   */
  nameinfo(address: string, port: number, options?: NameInfoOptions): NameInfo;

  /**
   * Asks the system for random bytes, good enough for keys (`uv_random`): a `random` or
   * `randomFailed` event. `system.randomBytes` does it at once.
   *
   * @param byteLength at most 2^31 - 1
   */
  random(byteLength: number): Random;

  /**
   * Calls a native function in a thread of libuv's pool (`uv_queue_work`): a `worked` or
   * `workFailed` event. It must not be a callback of the runtime: JavaScript cannot run there.
   *
   * @param work `void work(uv_work_t* request)`. The first word of `*request` points to a cell,
   *   whose third word is `argument`
   * @param argument an address, or any number of 64 bits; 0 by default
   */
  work(work: NativeFunction, argument?: number | bigint): Work;
}

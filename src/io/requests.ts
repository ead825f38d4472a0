import type { Resolve, ResolveOptions } from "./resolve.ts";

/**
 * What a machine can ask for, to be answered once, by an event. libuv's thread pool works on it
 * meanwhile, and the loop goes on. When the machine ends its requests are cancelled; where that is
 * too late the loop waits for them before `run` and `close` return.
 */
export interface Requests {
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
}

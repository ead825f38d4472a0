import { type StreamOptions, streamSettings } from "./stream_options.ts";

/** How long a look-up, and each attempt to connect, may take: rotor-stream's `CONNECT_TIMEOUT`. */
const CONNECT_TIMEOUT_MS = 1000;

/** What a connection is made with that is still to be connected; everything has a default. */
export interface ConnectOptions extends StreamOptions {
  /** How long the look-up of the name, and each address of it, may take, in milliseconds: 1000. */
  readonly connectTimeoutMs?: number;
}

/**
 * Checks the options.
 *
 * @returns how long an attempt may take
 * @throws {RangeError} unless that is a positive number
 */
export function connectTimeout(options: ConnectOptions): number {
  streamSettings(options);
  const { connectTimeoutMs = CONNECT_TIMEOUT_MS } = options;
  if (typeof connectTimeoutMs !== "number") {
    throw new TypeError("connectTimeoutMs must be a number");
  }
  if (!(connectTimeoutMs > 0)) throw new RangeError("connectTimeoutMs must be positive");
  return connectTimeoutMs;
}

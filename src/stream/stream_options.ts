/** What a connection is made with; everything has a default. */
export interface StreamOptions {
  /** Output that waits, in bytes, above which no more input is offered: 65536. */
  readonly highWaterBytes?: number;
  /** Output that waits, in bytes, at which input is offered again: 16384. */
  readonly lowWaterBytes?: number;
  /** Output that waits, in bytes, above which the connection is cut off: 16 MiB. */
  readonly outputBytesMax?: number;
  /** How long expected input may stay away, in milliseconds: for ever. */
  readonly readTimeoutMs?: number;
  /**
   * How long, in milliseconds, `done()` waits for a peer that takes nothing of the output, and then
   * for the peer to end its half: 5000. Without the second wait, input that is still on its way
   * would make the system reset the connection, and the peer lose what was sent last.
   */
  readonly lingerMs?: number;
}

/** The options with their defaults, checked. */
export type StreamSettings = Required<StreamOptions>;

const presets: StreamSettings = {
  highWaterBytes: 64 * 1024,
  lowWaterBytes: 16 * 1024,
  outputBytesMax: 16 * 2 ** 20,
  readTimeoutMs: Infinity,
  lingerMs: 5000,
};

/**
 * Fills in the defaults, once, at the outer edge.
 *
 * @throws {TypeError} for an option of the wrong type
 * @throws {RangeError} for a negative number, or marks in the wrong order
 */
export function streamSettings(options: StreamOptions): StreamSettings {
  if (typeof options !== "object" || options === null) {
    throw new TypeError("The options of a connection are an object");
  }
  const settings: { -readonly [K in keyof StreamSettings]: number } = { ...presets };
  for (const name of Object.keys(presets) as (keyof StreamSettings)[]) {
    const value = options[name] ?? presets[name];
    if (typeof value !== "number") throw new TypeError(`${name} must be a number`);
    if (!(value >= 0)) throw new RangeError(`${name} must not be negative, as ${value} is`);
    settings[name] = value;
  }
  const { lowWaterBytes, highWaterBytes, outputBytesMax } = settings;
  if (lowWaterBytes > highWaterBytes || highWaterBytes > outputBytesMax) {
    throw new RangeError("lowWaterBytes <= highWaterBytes <= outputBytesMax must hold");
  }
  return settings;
}

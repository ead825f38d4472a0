/** How long to wait between attempts, in milliseconds. */
export interface BackoffOptions {
  /** Before the second attempt: 200. */
  readonly minMs?: number;
  /** At the most: 30000. */
  readonly maxMs?: number;
  /** How much longer each wait is than the one before: 2. */
  readonly factor?: number;
  /**
   * Which part of a wait is left to chance, 0 to 1: 0.5. Clients that lost the same server then do
   * not come back all at once.
   */
  readonly jitter?: number;
  /** Where chance comes from: `Math.random`. */
  readonly random?: () => number;
}

const presets = { minMs: 200, maxMs: 30_000, factor: 2, jitter: 0.5 };

/** Waits that grow, up to a limit, with a part that is left to chance. */
export class Backoff {
  readonly #options: Required<BackoffOptions>;
  #attempts = 0;

  /**
   * @throws {TypeError} for an option of the wrong type
   * @throws {RangeError} for a number out of its limits
   */
  constructor(options: BackoffOptions = {}) {
    const { random = Math.random } = options;
    if (typeof random !== "function") throw new TypeError("random must be a function");
    const settings = { ...presets, random };
    for (const name of Object.keys(presets) as (keyof typeof presets)[]) {
      const value = options[name] ?? presets[name];
      if (typeof value !== "number") throw new TypeError(`${name} must be a number`);
      settings[name] = value;
    }
    const { minMs, maxMs, factor, jitter } = settings;
    if (!(minMs >= 0 && maxMs >= minMs)) throw new RangeError("0 <= minMs <= maxMs must hold");
    if (!(factor >= 1)) throw new RangeError("factor must be 1 at least");
    if (!(jitter >= 0 && jitter <= 1)) throw new RangeError("jitter must be from 0 to 1");
    this.#options = settings;
  }

  /** Waits that were asked for since the last reset. */
  get attempts(): number {
    return this.#attempts;
  }

  /** The next wait. */
  nextMs(): number {
    const { minMs, maxMs, factor, jitter, random } = this.#options;
    const growth = Math.min(factor ** this.#attempts++, Number.MAX_VALUE); // 0 * Infinity is NaN
    const waitMs = Math.min(minMs * growth, maxMs);
    return Math.round(waitMs * (1 - jitter * random()));
  }

  /** An attempt succeeded: the next wait is the shortest again. */
  reset(): void {
    this.#attempts = 0;
  }
}

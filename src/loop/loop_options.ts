/** What a loop is made with; everything has a default. */
export interface LoopOptions {
  /** How many machines there can be at once: 16384 (rotor `Config::slab_capacity`). */
  readonly slabCapacity?: number;
  /** Bytes that one read takes at the most: 16384. */
  readonly blockBytes?: number;
  /** Bytes of all blocks; at this ceiling reading waits until blocks come back: 256 MiB. */
  readonly poolBytesMax?: number;
  /** Connections that a listener accepts in one turn: 64. */
  readonly acceptsPerTurn?: number;
  /**
   * Told of every error that stopped a machine; the loop goes on. By default the error is printed.
   * It runs on the loop's thread; an error that it throws is ignored.
   */
  readonly onError?: (report: MachineErrorReport) => void;
  /** Notes where each handle was made, for the report of handles that were left open: false. */
  readonly traceHandles?: boolean;
}

/** An error that stopped a machine. */
export interface MachineErrorReport {
  readonly error: unknown;
  /** The machine, as it was when it failed. */
  readonly machine: unknown;
  /** The handler that failed: `ready`, `timeout`, ... */
  readonly handler: string;
}

/** The options with their defaults, checked. */
export type LoopSettings = Required<LoopOptions>;

const limits = {
  slabCapacity: { preset: 16384, min: 1, max: 2 ** 20 },
  blockBytes: { preset: 16384, min: 1024, max: 2 ** 24 },
  poolBytesMax: { preset: 256 * 2 ** 20, min: 1024, max: 2 ** 40 },
  acceptsPerTurn: { preset: 64, min: 1, max: 4096 },
} as const;

/**
 * Fills in the defaults, once, at the outer edge.
 *
 * @throws {TypeError} for an option of the wrong type
 * @throws {RangeError} for a number out of its limits
 */
export function loopSettings(options: LoopOptions): LoopSettings {
  if (typeof options !== "object" || options === null) {
    throw new TypeError("The options of a loop are an object");
  }
  const { onError = printError, traceHandles = false } = options;
  if (typeof onError !== "function") throw new TypeError("onError must be a function");
  if (typeof traceHandles !== "boolean") throw new TypeError("traceHandles must be a boolean");
  return {
    slabCapacity: integer(options, "slabCapacity"),
    blockBytes: integer(options, "blockBytes"),
    poolBytesMax: integer(options, "poolBytesMax"),
    acceptsPerTurn: integer(options, "acceptsPerTurn"),
    onError,
    traceHandles,
  };
}

function integer(options: LoopOptions, name: keyof typeof limits): number {
  const { preset, min, max } = limits[name];
  const value = options[name] ?? preset;
  if (typeof value !== "number") throw new TypeError(`${name} must be a number`);
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new RangeError(`${name} must be an integer from ${min} to ${max}, not ${value}`);
  }
  return value;
}

function printError({ error, handler }: MachineErrorReport): void {
  console.error(`rotor-uv: a machine stopped in ${handler}:`, error);
}

import { boolean, integer, string } from "../handle/argument.ts";
import type { LeakLevel, LeakReport } from "../memory/leak_tracker.ts";

/** What a loop is made with; everything has a default. */
export interface LoopOptions {
  /** How many machines there can be at once: 16384 (rotor `Config::slab_capacity`). */
  readonly slabCapacity?: number;
  /** Bytes that one read takes at the most: 16384. */
  readonly blockBytes?: number;
  /**
   * The same for streams whose last read filled its block: 65536. They go back to small blocks with
   * the first read that would have fitted in one. 0, or no more than `blockBytes`: all are small.
   */
  readonly largeBlockBytes?: number;
  /** Bytes of all blocks; at this ceiling reading waits until blocks come back: 256 MiB. */
  readonly poolBytesMax?: number;
  /**
   * How long blocks that nobody needs stay mapped, in milliseconds: 10000; 0 for ever. The loop
   * looks once in this time, and wakes up for it only if it has blocks to give back.
   */
  readonly slabIdleMs?: number;
  /** What is done to find blocks that nobody returns: `simple`. See `LeakLevel`. */
  readonly leakLevel?: LeakLevel;
  /**
   * Told of blocks that are still held when the loop closes, unless `leakLevel` is `off`. By
   * default the report is printed. An error that it throws is ignored.
   */
  readonly onLeak?: (report: LeakReport) => void;
  /** Connections that a listener accepts in one turn: 64. */
  readonly acceptsPerTurn?: number;
  /**
   * Told of every error that stopped a machine, and at the leak level `paranoid` of every block
   * that was written to after its return (`MemoryError`); the loop goes on. By default the error
   * is printed. It runs on the loop's thread; an error that it throws is ignored.
   */
  readonly onError?: (report: MachineErrorReport) => void;
  /** Measures how long the loop waits, for `metrics().idleMs`; two clock reads a wait: false. */
  readonly measureIdle?: boolean;
  /** Notes where each handle was made, for the report of handles that were left open: false. */
  readonly traceHandles?: boolean;
}

/** An error that stopped a machine, or a `MemoryError`. */
export interface MachineErrorReport {
  readonly error: unknown;
  /** The machine, as it was when it failed; undefined for a `MemoryError`. */
  readonly machine: unknown;
  /** The handler that failed: `ready`, `timeout`, ...; `memory` for a `MemoryError`. */
  readonly handler: string;
}

/** The options with their defaults, checked. */
export type LoopSettings = Required<LoopOptions>;

const leakLevels: readonly unknown[] = ["off", "simple", "paranoid"] satisfies LeakLevel[];

const limits = {
  slabCapacity: { preset: 16384, min: 1, max: 2 ** 20 },
  blockBytes: { preset: 16384, min: 1024, max: 2 ** 24 },
  largeBlockBytes: { preset: 65536, min: 0, max: 2 ** 24 },
  poolBytesMax: { preset: 256 * 2 ** 20, min: 1024, max: 2 ** 40 },
  slabIdleMs: { preset: 10_000, min: 0, max: 2 ** 31 },
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
  const { onError = printError, onLeak = printLeak } = options;
  if (typeof onError !== "function") throw new TypeError("onError must be a function");
  if (typeof onLeak !== "function") throw new TypeError("onLeak must be a function");
  const blockBytes = limited(options, "blockBytes");
  const largeBlockBytes = limited(options, "largeBlockBytes");
  return {
    slabCapacity: limited(options, "slabCapacity"),
    blockBytes,
    largeBlockBytes: largeBlockBytes > blockBytes ? largeBlockBytes : 0,
    poolBytesMax: limited(options, "poolBytesMax"),
    slabIdleMs: limited(options, "slabIdleMs"),
    leakLevel: leakLevel(options),
    onLeak,
    acceptsPerTurn: limited(options, "acceptsPerTurn"),
    onError,
    measureIdle: flag(options, "measureIdle"),
    traceHandles: flag(options, "traceHandles"),
  };
}

function flag(options: LoopOptions, name: "measureIdle" | "traceHandles"): boolean {
  return boolean(options[name] ?? false, name);
}

function limited(options: LoopOptions, name: keyof typeof limits): number {
  const { preset, min, max } = limits[name];
  return integer(options[name] ?? preset, name, min, max);
}

function leakLevel({ leakLevel = "simple" }: LoopOptions): LeakLevel {
  string(leakLevel, "leakLevel");
  if (leakLevels.includes(leakLevel)) return leakLevel;
  throw new RangeError(`leakLevel must be one of ${leakLevels.join(", ")}, not ${leakLevel}`);
}

function printError({ error, machine, handler }: MachineErrorReport): void {
  if (machine === undefined) console.error("rotor-uv:", error);
  else console.error(`rotor-uv: a machine stopped in ${handler}:`, error);
}

function printLeak({ held, places, level }: LeakReport): void {
  const blocks = held === 1 ? "1 block was" : `${held} blocks were`;
  const known = places.map((place) => `\nheld at\n${place}`).join("");
  const hint = known === "" && level === "simple" ? "; leakLevel paranoid tells where" : "";
  console.error(`rotor-uv: ${blocks} not returned when the loop closed${hint}${known}`);
}

import type { Block } from "./block.ts";

/**
 * How much is done to find blocks that nobody returns: nothing; a note of where one in 64 holds was
 * made; a note of every hold, and poison in the blocks that nobody holds.
 */
export type LeakLevel = "off" | "simple" | "paranoid";

/** Blocks that are held, when a loop closes or is asked. */
export interface LeakReport {
  readonly level: LeakLevel;
  /** Blocks that are held. */
  readonly held: number;
  /** Where they were leased or retained, as far as it was noted: stacks, each once. */
  readonly places: readonly string[];
}

/** Of one lease; what comes after them is not noted. */
const NOTES_MAX = 8;

/** Frames of the library's own, at the top of a stack. */
const ownFrame = /[\\/](src[\\/](memory|loop)|ffi)[\\/]/;

/** Where the holds of one lease of a block were made. */
interface Note {
  generation: number;
  /** Their stacks are made text only when somebody asks. */
  readonly errors: Error[];
}

/** Where blocks were leased and retained. */
export class LeakTracker {
  readonly level: LeakLevel;
  private readonly _notes = new Map<Block, Note>();
  private _lastMs = -Infinity;

  /** @param level at `off` nothing is noted */
  constructor(level: LeakLevel) {
    this.level = level;
  }

  /**
   * Notes where this was called from, on behalf of a block. At `simple` once in each millisecond of
   * loop time at the most: a stack takes 0.2 µs in Bun and 4 µs in Deno.
   */
  note(block: Block, nowMs: number): void {
    if (this.level === "off") return;
    if (this.level === "simple" && nowMs === this._lastMs) return;
    this._lastMs = nowMs;
    let note = this._notes.get(block);
    if (note === undefined) this._notes.set(block, note = { generation: 0, errors: [] });
    if (note.generation !== block.generation) note.errors.length = 0;
    note.generation = block.generation;
    if (note.errors.length < NOTES_MAX) note.errors.push(new Error("held here"));
  }

  /** Forgets a block that is no more. */
  forget(block: Block): void {
    this._notes.delete(block);
  }

  /** Where a lease of a block was last held, if that was noted. */
  lastPlace(block: Block, generation: number): string | undefined {
    const note = this._notes.get(block);
    const error = note?.generation === generation ? note.errors.at(-1) : undefined;
    return error === undefined ? undefined : placeOf(error);
  }

  /** Where the blocks that are held were leased or retained, each place once. */
  heldPlaces(): string[] {
    const places = new Set<string>();
    for (const [block, { generation, errors }] of this._notes) {
      if (block.holders === 0 || block.generation !== generation) continue;
      for (const error of errors) places.add(placeOf(error));
    }
    return [...places];
  }
}

/** The stack from the first frame on that is not the library's own. */
function placeOf({ stack = "" }: Error): string {
  const frames = stack.split("\n").slice(1);
  const first = frames.findIndex((frame) => !ownFrame.test(frame));
  return frames.slice(Math.max(first, 0)).join("\n");
}

import { NativeSpan } from "../../../ffi/memory/native_span.ts";
import { Region } from "../../../ffi/memory/region.ts";
import {
  type Block,
  type BlockSource,
  Chain,
  ForeignMemory,
  HeapBlocks,
  type Memory,
  PinnedMemory,
} from "../../../src/mod.ts";
import { action, type Family, type MethodPlans, methods } from "../action.ts";
import { boolean, bytes, maybe, memory, offset } from "../legal.ts";
import type { World } from "../world.ts";

/** Memory that stays where it is, for all sequences. */
const existing = new Region(65_536);

/** Keeps what was made, and what must be let go at the end. */
function keepHeld(w: World, kind: string, made: Memory | undefined): void {
  if (made === undefined) return;
  w.keep(kind, made);
  w.hold(made);
}

/** What lent memory does when it is given back: now and then something else. */
function lending(w: World): { released?: () => void } {
  return w.chance(1, 2) ? {} : { released: () => w.actInside() };
}

/** Lets go of a hold of the fuzzer's own. */
function letGo(w: World): void {
  if (w.holds.length === 0) return;
  const at = w.random.below(w.holds.length);
  const [held] = w.holds.splice(at, 1) as [Memory];
  w.call(held, "release", []);
}

const blockPlans: MethodPlans = {
  "get length": { weight: 1 },
  "get holders": { weight: 1 },
  "get generation": { weight: 1 },
  "get bytes": { weight: 1 },
};

export const memories: Family = {
  name: "memory",
  weight: 14,
  actions: [
    action("leaseBlock", 8, (w) => {
      const block = w.call(w.scope(), "leaseBlock", []) as Block | undefined;
      if (block !== undefined && boolean(w)) block.length = w.random.below(1025);
      keepHeld(w, "block", block);
    }),
    action("retain", 4, (w) => {
      const target = memory(w);
      if (w.call(target, "retain", []) !== undefined) w.hold(target as Memory);
    }),
    action("release", 8, letGo),
    action("release a hold of others", 1, (w) => void w.call(memory(w), "release", [])),
    action("block.length =", 6, (w) => {
      const target = w.take("block");
      const [value] = w.arguments([w.random.below(1025)]);
      if (target === undefined) return;
      w.attempt("set length", () => Reflect.set(target, "length", value, target));
    }),
    action("fill a block", 4, (w) => {
      const target = w.take("block") as Block | undefined;
      if (target === undefined || target.holders === 0) return;
      target.bytes.fill(w.random.below(256), 0, 64);
      target.length = w.random.below(1025);
    }),
    ...methods("block", blockPlans),
    action("new PinnedMemory", 4, (w) => {
      const args = w.arguments([bytes(w), lending(w)]) as [Uint8Array, object];
      keepHeld(w, "pinned", w.attempt("new PinnedMemory", () => new PinnedMemory(...args)));
    }),
    action("new ForeignMemory", 4, (w) => {
      const span = new NativeSpan(existing.pointer, w.random.below(existing.byteLength));
      const args = w.arguments([span, lending(w)]) as [NativeSpan, object];
      keepHeld(w, "foreign", w.attempt("new ForeignMemory", () => new ForeignMemory(...args)));
    }),
    ...methods("pinned", blockPlans),
    ...methods("foreign", blockPlans),
    action("new HeapBlocks", 2, (w) => {
      const options = { blockBytes: w.random.between(1, 4096), blocksMax: w.random.below(9) };
      const args = w.arguments([options], true) as [object];
      const made = w.attempt("new HeapBlocks", () => new HeapBlocks(...args));
      if (made !== undefined) w.keep("heap blocks", made);
    }),
    action("heap blocks.lease", 4, (w) => {
      const source = w.take("heap blocks");
      keepHeld(w, "heap block", w.call(source, "lease", []) as Memory | undefined);
    }),
    ...methods("heap blocks", {
      take: { weight: 1, with: (w) => [w.takeOf("heap block", "block")] },
      "get total": { weight: 1 },
      "get leased": { weight: 1 },
    }),
  ],
};

/** A range of a chain; some are beyond its end. */
function range(w: World): unknown[] {
  const start = w.random.below(64);
  return maybe(w, () => start).flatMap((from) => [from, ...maybe(w, () => start + offset(w))]);
}

const peeks = ["Uint8", "Int8", "Uint16", "Int16", "Uint32", "Int32", "BigUint64", "BigInt64"]
  .concat("Float32", "Float64");
const peekPlans: MethodPlans = Object.fromEntries(
  peeks.map((type) => [`peek${type}`, { weight: 1, with: (w: World) => [w.random.below(64)] }]),
);

export const chains: Family = {
  name: "chains",
  weight: 8,
  actions: [
    action("new Chain", 6, (w) => {
      const source = w.oneOf<unknown>(
        () => w.take("heap blocks") ?? new HeapBlocks(),
        () => w.attempt("scope.blocks", () => w.scope()?.blocks),
      );
      const [given] = w.arguments([source]) as [BlockSource];
      const chain = w.attempt("new Chain", () => new Chain(given));
      if (chain === undefined) return;
      w.keep("chain", chain);
      w.closers.push(() => chain.clear());
    }),
    ...methods("chain", {
      append: { weight: 10, with: (w) => [memory(w), ...range(w)] },
      adopt: { weight: 1, with: (w) => [heldAway(w)] },
      write: { weight: 10, with: (w) => [w.chance(1, 2) ? bytes(w) : "täxt".repeat(20)] },
      consume: { weight: 4, with: (w) => [offset(w)] },
      moveTo: { weight: 4, with: (w) => [w.take("chain"), ...maybe(w, () => offset(w))] },
      clear: { weight: 2 },
      byteAt: { weight: 1, with: (w) => [offset(w)] },
      ...peekPlans,
      indexOf: {
        weight: 3,
        with: (w) => [boolean(w) ? 0 : bytes(w), ...range(w)],
      },
      startsWith: { weight: 1, with: (w) => [bytes(w)] },
      copyTo: { weight: 2, with: (w) => [bytes(w), ...range(w)] },
      bytes: { weight: 2, with: range },
      contiguous: { weight: 2, with: range },
      text: { weight: 2, with: (w) => [0, offset(w), w.random.pick(["utf-8", "latin1", "none"])] },
      cursor: { weight: 4, keep: "cursor", with: (w) => maybe(w, () => offset(w)) },
      forEachSegment: { weight: 2, with: (w) => [() => w.actInside()] },
      "get length": { weight: 1 },
      "get segments": { weight: 1 },
      "get consumed": { weight: 1 },
      "get copied": { weight: 1 },
      "get isEmpty": { weight: 1 },
    }),
    action("chain.slice", 4, (w) => {
      const part = w.call(w.take("chain"), "slice", range(w)) as Chain | undefined;
      if (part === undefined) return;
      w.keep("chain", part);
      w.closers.push(() => part.clear());
    }),
    ...methods("cursor", {
      take: { weight: 2 },
      peek: { weight: 2 },
      skip: { weight: 2, with: (w) => [offset(w)] },
      seek: { weight: 2, with: (w) => [0, ...maybe(w, () => 1), ...maybe(w, () => 2)] },
      lengthTo: { weight: 2, with: (w) => [w.take("cursor")] },
      copyTo: { weight: 2, with: (w) => [bytes(w)] },
      clone: { weight: 2, keep: "cursor" },
      "get position": { weight: 1 },
      "get isEnd": { weight: 1 },
    }),
  ],
};

/** Memory whose hold the chain takes over. */
function heldAway(w: World): Memory | undefined {
  return w.holds.length === 0 ? undefined : w.holds[w.random.below(w.holds.length)];
}

import { uv_req_type } from "../../../ffi/libuv/constants.ts";
import { LibraryError } from "../../../ffi/libuv/library_error.ts";
import { recordWords, type Ring } from "../../../ffi/memory/ring.ts";
import { NativeLoop } from "../../../ffi/native_loop.ts";
import { installRuntimeCallbacks } from "../../../ffi/thunks/runtime_callbacks.ts";
import { bind } from "../bind.ts";
import { callLoop } from "../call_loop.ts";
import type { Case, CaseList } from "../case.ts";
import { lastingBytes } from "../lasting_bytes.ts";
import type { Native, Port, Signature } from "../port.ts";

/** Events of one native call. */
const BATCHES = [1, 10, 100, 1000] as const;
const BLOCK_BYTES = 1024;
const SLOT = 3;
const GENERATION = 77;
/** As libuv's `uv_write_cb`: request, status. */
const WRITE_CB: Signature = { parameters: ["pointer", "i32"], result: "void" };

/** What an event is for: as a request in a table of requests. */
class Target {
  readonly generation = GENERATION;
  events = 0;
}

/** A way from C's call to a target. */
interface Way {
  readonly name: string;
  /** What C is given to call. */
  readonly pointer: unknown;
  /** What is left to do after the native call. */
  readonly drain?: () => void;
  /** Those that have arrived. */
  readonly events: () => number;
}

/** Reads the records as a loop does: from slot and generation to the object. */
function drainer(ring: Ring, targets: readonly (Target | undefined)[]): () => void {
  return () => {
    const { words, count } = ring;
    const end = count * recordWords.length;
    for (let at = 0; at < end; at += recordWords.length) {
      const target = targets[words[at + recordWords.slot] as number];
      if (target === undefined || target.generation !== words[at + recordWords.generation]) {
        continue;
      }
      const status = words[at + recordWords.a] as number;
      if (status >= 0) target.events += status;
    }
    ring.clear();
  };
}

/** A loop that is never run; or why there is none. */
function openLoop(): { loop: NativeLoop; note?: undefined } | { loop?: undefined; note: string } {
  try {
    return { loop: new NativeLoop(BLOCK_BYTES) };
  } catch (error) {
    if (error instanceof LibraryError) return { note: `no ring: ${error.message}` };
    throw error;
  }
}

/** The same event by a callback of the runtime, and by our ring, in batches. */
export function ringCases(port: Port, path: string): CaseList {
  const request = port.pointerOf(lastingBytes([]));
  const complete = bind(port, path, "lab_complete", ["pointer", "pointer", "u32"], "void");
  const target = new Target();
  const cases: Case[] = [];
  const add = (way: Way, given: unknown): void => {
    const before = way.events();
    complete(way.pointer, given, 1000);
    way.drain?.();
    const events = way.events() - before;
    if (events !== 1000) throw new Error(`${way.name}: ${events} events of 1000 came`);
    for (const batch of BATCHES) cases.push(batchCase(way, complete, given, batch));
  };
  for (const way of callbackWays(port, path, target, request)) add(way, request);
  if (port.name === "node") return { cases, notes: ["node: our ring needs Bun or Deno"] };
  const { loop, note } = openLoop();
  if (loop === undefined) return { cases, notes: [note] };
  const write = loop.requestCell(uv_req_type.UV_WRITE);
  write.setTarget(SLOT, GENERATION);
  for (const way of ringWays(loop, target)) add(way, write.pointer);
  return { cases, notes: [] };
}

function callbackWays(port: Port, path: string, target: Target, request: unknown): Way[] {
  const byRequest = new Map<unknown, Target>([[port.keyOf(request), target]]);
  const counting = port.callback(WRITE_CB, (_: unknown, status: number) => {
    if (status >= 0) target.events += status;
  });
  const completed = bind(port, path, "lab_completed", [], "i64");
  const events = () => target.events;
  const finding = port.callback(WRITE_CB, (request: unknown, status: number) => {
    const found = byRequest.get(port.keyOf(request));
    if (found !== undefined && status >= 0) found.events += status;
  });
  return [
    {
      name: "C function",
      events: () => Number(completed()),
      pointer: bind(port, path, "lab_address_of_write_cb", [], "pointer")(),
    },
    {
      name: "callback",
      pointer: counting.pointer,
      events,
    },
    { name: "callback, finds its object", pointer: finding.pointer, events },
  ];
}

function ringWays(loop: NativeLoop, target: Target): Way[] {
  const targets = Array.from({ length: 8 }, (_, slot) => slot === SLOT ? target : undefined);
  const drain = drainer(loop.ring, targets);
  const events = () => target.events;
  const fallback = installRuntimeCallbacks().pointers.on_write;
  const ways: Way[] = [{
    name: "ring, filled by callbacks",
    pointer: fallback,
    drain,
    events,
  }];
  if (loop.callbackMake === "machine code") {
    ways.unshift({ name: "ring", pointer: loop.callbacks.on_write, drain, events });
  }
  return ways;
}

function batchCase(way: Way, complete: Native, request: unknown, batch: number): Case {
  const { name, pointer, drain } = way;
  const metric = `${batch} ${batch === 1 ? "event" : "events"} per native call`;
  const run = callLoop(complete, [pointer, request, batch], drain);
  return { name, metric, eventsEach: batch, run };
}

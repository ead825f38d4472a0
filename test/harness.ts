/**
 * Registers tests with the runner of whichever runtime this is; assertions are node:assert's.
 *
 * A test of a loop is registered with `testLoop`: it is given a loop of its own, and afterwards
 * everything must have been given back.
 */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import process from "node:process";
import { setImmediate } from "node:timers";
import { Loop, type LoopOptions, type MachineErrorReport } from "../src/mod.ts";
import type { LeakReport } from "../src/memory/leak_tracker.ts";

type Body = () => void | Promise<void>;
type Register = (name: string, body: Body, timeoutMs?: number) => void;

/** Bun's own limit is 5 s; an emulated machine needs more. */
const TIMEOUT_MS = 60_000;

/** Where the system lists the descriptors of this process. */
const fdDirectories = { linux: "/proc/self/fd", darwin: "/dev/fd" } as const;

function findRegister(): Register {
  if ("Deno" in globalThis) return (name, body) => Deno.test(name, body);
  const bun = process.getBuiltinModule("bun:test") as unknown as {
    test(name: string, body: Body, timeoutMs: number): void;
  };
  return (name, body, timeoutMs = TIMEOUT_MS) => bun.test(name, body, timeoutMs);
}

/** Registers one test. Its name is a sentence; a time limit is for what takes longer than most. */
export const test: Register = findRegister();

/** A loop under test. */
export class LoopTest {
  readonly loop: Loop<unknown>;
  /** Errors that stopped machines. Those that a test expects, it takes out. */
  readonly errors: MachineErrorReport[] = [];
  /** Blocks that were held when the loop closed. Those that a test expects, it takes out. */
  readonly leaks: LeakReport[] = [];
  /** What happened, in the words of the test. */
  readonly events: string[] = [];

  /** @param options `onError` and `onLeak` in them replace the collection in `errors`, `leaks` */
  constructor(options: LoopOptions = {}) {
    const onError = (report: MachineErrorReport): void => void this.errors.push(report);
    const onLeak = (report: LeakReport): void => void this.leaks.push(report);
    const watchful = { traceHandles: true, leakLevel: "paranoid", onError, onLeak } as const;
    this.loop = Loop.create({ ...watchful, ...options }).instantiate(undefined);
  }

  /** Takes the first error out; there must be one. */
  takeError(): MachineErrorReport {
    return this.errors.shift() ?? assert.fail("no machine was stopped by an error");
  }

  /** Takes the report of blocks that were held when the loop closed; there must be one. */
  takeLeak(): LeakReport {
    return this.leaks.shift() ?? assert.fail("no block was held when the loop closed");
  }

  /** Throws the first error that the test has not taken. */
  assertNoErrors(): void {
    const [unexpected] = this.errors;
    if (unexpected !== undefined) throw unexpected.error;
  }
}

/**
 * Registers one test with a loop of its own, which looks for leaks and for writes to returned
 * blocks as well as it can. Afterwards no machine, handle, request, block, deadline or descriptor
 * may be left, no error unexpected, and the loop closes.
 *
 * @param body may close the loop itself
 */
export function testLoop(
  name: string,
  body: (t: LoopTest) => void | Promise<void>,
  options: LoopOptions = {},
): void {
  test(name, async () => {
    warmUp();
    const fds = openFds();
    const t = new LoopTest(options);
    try {
      await body(t);
      t.assertNoErrors();
      if (t.loop.state !== "closed") assertNothingLeft(t.loop);
    } finally {
      t.loop[Symbol.dispose](); // uv_loop_close: it throws where something is open
    }
    t.assertNoErrors(); // closing looks at all blocks once more
    assert.deepEqual(t.leaks, [], "blocks that were held when the loop closed");
    await assertDescriptorsBack(fds);
  });
}

/** Turns of the runtime that a thread which has ended is given to close its descriptors. */
const CLOSING_TURNS_MAX = 10_000;

/**
 * Proves that no more descriptors are open than before, at once. A runtime may have closed some of
 * its own meanwhile.
 */
export function assertNoMoreDescriptors(before: number): void {
  const present = openFds();
  assert.ok(present <= before, `${present} descriptors are open, ${before} were before`);
}

/** Proves that no more descriptors are open than before, when ended threads have closed theirs. */
export async function assertDescriptorsBack(before: number): Promise<void> {
  for (let turn = 0; openFds() > before && turn < CLOSING_TURNS_MAX; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  assertNoMoreDescriptors(before);
}

let isWarm = false;

/** Makes libuv and the runtime open the descriptors that they keep as long as the process lives. */
function warmUp(): void {
  if (isWarm) return;
  new LoopTest().loop.close();
  openFds();
  isWarm = true;
}

/** Proves that a loop holds nothing but itself. */
export function assertNothingLeft(loop: Loop<unknown>): void {
  const { machines, handles, requests, deadlines, blocks, ring } = loop.metrics();
  assert.deepEqual(
    { machines, handles, requests, deadlines, leasedBlocks: blocks.held },
    { machines: 0, handles: 0, requests: 0, deadlines: 0, leasedBlocks: 0 },
  );
  assert.equal(ring.lost, 0, "lost records");
}

/** Deno opens two sockets for signals when it comes to it, and keeps them: it is made to do so. */
function openSignalSockets(): void {
  const listener = (): void => {};
  process.on("SIGWINCH", listener).removeListener("SIGWINCH", listener);
}

openSignalSockets();

/** How many descriptors this process has open; 0 where the system does not say. */
export function openFds(): number {
  if (process.platform !== "linux" && process.platform !== "darwin") return 0;
  return readdirSync(fdDirectories[process.platform]).length;
}

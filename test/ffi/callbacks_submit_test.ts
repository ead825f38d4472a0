import assert from "node:assert/strict";
import { uv_handle_type, uv_loop_option, uv_run_mode } from "../../ffi/libuv/constants.ts";
import { uv_errno_t } from "../../ffi/libuv/errno.ts";
import { uv_buf_t } from "../../ffi/libuv/layouts.ts";
import type { SendingHandle } from "../../ffi/memory/entry_queue.ts";
import { bind, testBothMakes } from "./makes.ts";
import { halves, type Native, type RawLoop } from "./raw_loop.ts";
import { RawTcp } from "./raw_tcp.ts";

/** What a poll sleeps at the most: until the loop's watchdog is due. */
const SLEEP_MS = 10_000;
const PIECE_BYTES = 16 * 1024;

/** Submits before the poll, and measures how long that sleeps. */
function startSubmits(loop: RawLoop): void {
  const { uv_loop_configure } = bind("uv_loop_configure");
  assert.equal(uv_loop_configure(loop.pointer, uv_loop_option.UV_METRICS_IDLE_TIME, 0), 0);
  loop.startSubmits();
}

/** An array of so many buffers, which are all the same memory. */
function buffers(loop: RawLoop, count: number): number {
  const piece = loop.memory(PIECE_BYTES);
  const array = loop.memory(count * uv_buf_t.size);
  for (let i = 0; i < count; i++) {
    const offset = array.offset + i * uv_buf_t.size;
    array.region.setWord(offset + uv_buf_t.base, piece.address);
    array.region.setWord(offset + uv_buf_t.len, PIECE_BYTES);
  }
  return array.address;
}

/** A handle whose writes are left to libuv. */
function leftToLibuv({ address }: Native): SendingHandle {
  return { ...halves(address), fd: -1 };
}

/** Submits one write, and turns once. Returns what became of it, and whether the poll slept. */
function submit(
  loop: RawLoop,
  stream: Native,
  bufferCount: number,
  array: number = buffers(loop, bufferCount),
): [number, boolean] {
  loop.ring.writes.setArray(0, leftToLibuv(stream), array, bufferCount);
  loop.ring.submitWrites(1);
  const slept = turn(loop);
  return [loop.ring.writes.result(0), slept];
}

/** One turn. Returns whether its poll was allowed to sleep: only then libuv measures how long. */
function turn(loop: RawLoop): boolean {
  const { uv_metrics_idle_time } = bind("uv_metrics_idle_time");
  const before = Number(uv_metrics_idle_time(loop.pointer));
  loop.core.uv_run(loop.pointer, uv_run_mode.UV_RUN_ONCE);
  loop.drain();
  const sleptNs = Number(uv_metrics_idle_time(loop.pointer)) - before;
  assert.ok(sleptNs < SLEEP_MS * 1e6, "the poll slept until the watchdog");
  return sleptNs > 0;
}

/** The poll may wake a moment before the timer is due: then the next turn meets it. */
function awaitTimer(loop: RawLoop, name: string): void {
  loop.runUntil(() => loop.events.some(({ of }) => of === name));
}

/** A busy or emulated machine may come to its poll when the alarm is due: it has more time then. */
function assertSleeps(loop: RawLoop, attempt: () => boolean): void {
  const alarm = timer(loop, "alarm");
  const before = loop.events.length;
  let slept = false;
  for (let timeoutMs = 30; !slept && timeoutMs < SLEEP_MS; timeoutMs *= 2) {
    loop.events.length = before; // both makes tell of one attempt
    startTimer(loop, alarm, timeoutMs);
    slept = attempt();
    awaitTimer(loop, "alarm");
  }
  assert.ok(slept, "the poll never slept");
}

/** A timer that wakes a poll which sleeps. */
function timer(loop: RawLoop, name: string): Native {
  const { core, pointer } = loop;
  return loop.handle(name, uv_handle_type.UV_TIMER, (it) => core.uv_timer_init(pointer, it));
}

function startTimer(loop: RawLoop, timer: Native, timeoutMs: number): void {
  const { core, pointer, callbacks } = loop;
  core.uv_update_time(pointer);
  core.uv_timer_start(timer.pointer, callbacks.pointers.on_timer, timeoutMs, 0);
}

testBothMakes("a submitted write is made before the poll, which then may sleep", (loop) => {
  const { client } = new RawTcp(loop).pair();
  startSubmits(loop);
  const array = buffers(loop, 1);
  assertSleeps(loop, () => {
    const [written, slept] = submit(loop, client, 1, array);
    assert.equal(written, PIECE_BYTES);
    return slept;
  });
});

testBothMakes("a write that was not made in full does not let the poll sleep", (loop) => {
  const { client } = new RawTcp(loop).pair();
  startSubmits(loop);
  const count = 1024; // 16 MiB: more than the socket's buffers take
  const [written, slept] = submit(loop, client, count);
  assert.ok(written > 0 && written < count * PIECE_BYTES, `${written} bytes`);
  assert.equal(slept, false);
});

testBothMakes("a write that fails does not let the poll sleep", (loop) => {
  startSubmits(loop);
  const unconnected = new RawTcp(loop, { listening: false }).init("unconnected");
  assert.deepEqual(submit(loop, unconnected, 1), [uv_errno_t.UV_EBADF, false]);
});

testBothMakes("a timer that is due before the poll does not let it sleep", (loop) => {
  startSubmits(loop);
  startTimer(loop, timer(loop, "due"), 0);
  for (let turns = 0; !loop.events.some(({ of }) => of === "due"); turns++) {
    assert.ok(turns < 2);
    turn(loop);
  }
});

testBothMakes("a write that was cancelled is left out, and a stopped loop runs on", (loop) => {
  const { client } = new RawTcp(loop).pair();
  startSubmits(loop);
  const array = buffers(loop, 1);
  assertSleeps(loop, () => {
    loop.ring.writes.setArray(0, leftToLibuv(client), array, 1);
    loop.ring.writes.cancel(0);
    loop.ring.writes.setArray(1, leftToLibuv(client), array, 1);
    loop.ring.submitWrites(2);
    const slept = turn(loop);
    assert.equal(loop.ring.writes.result(1), PIECE_BYTES);
    return slept;
  });
});

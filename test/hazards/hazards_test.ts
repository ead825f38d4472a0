/**
 * HAZARDS.md, section 4: what ends the process in libuv cannot be reached through `src/`. Each row
 * is done in a process of its own, in every way that we know; `acts/` has them, with what must come
 * of each. The process must end by itself, with nothing open: `child.ts` looks.
 */
import assert from "node:assert/strict";
import process from "node:process";
import { testChild } from "../ffi/child.ts";
import type { Row } from "./act.ts";
import { asNobody, runHazard } from "./run_hazard.ts";

/** The rows, by the files of their acts. */
const rows = {
  close_twice: "uv_close twice: a handle that is closing or closed says so",
  never_made: "uv_close on a zeroed handle: what was never made has no methods that work",
  nothing_to_write: "nbufs 0 in uv_write and uv_udp_send: what is empty is written and sent",
  file_as_stream: "uv_pipe_open on a regular file, then read: only what it is said to be is opened",
  closed_descriptor: "a descriptor closed behind a handle: the handle has one of its own",
  wake_closed_loop:
    "uv_async_send after uv_loop_close: whoever still sends is told that it is closed",
  timer_twice: "uv_timer_init on an active timer: a timer may be started at any time, and again",
  early_free: "handle memory freed before close_cb: it is kept until libuv has let go",
  other_thread: "handles used in a second thread: they do not get there",
  thread_limit: "first use of the thread pool without threads: EAGAIN, and a later one works",
  descriptor_limit:
    "first uv_loop_init with 0 to 5 free descriptors: EMFILE, and a later one works",
  cut_off: "names that libuv would cut off: refused, and nothing is bound",
  close_loop: "uv_loop_close busy or twice: a busy loop stays, a closed one is closed",
  failed_spawn: "uv_spawn that fails: its handle and its pipes are closed",
  error_codes: "what libuv answers with an error code: typed errors, each before harm is done",
} as const;

for (const [row, sentence] of Object.entries(rows)) {
  testChild(`HAZARDS §4 ${sentence}`, async () => {
    if (process.platform !== "linux") return;
    const { firsts = {}, acts }: Row = await import(`./acts/${row}.ts`);
    const expected = Object.entries({ ...firsts, ...acts }).map(([name, { told }]) => [name, told]);
    assert.ok(expected.length > 0);
    assert.deepEqual(runHazard(row, row === "thread_limit" ? asNobody : []), expected);
  });
}

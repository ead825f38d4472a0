import assert from "node:assert/strict";
import { openLibrary, type Pointer, runtime, uv_run_mode } from "../../ffi/mod.ts";
import { assertOk, type RawProgram } from "./raw_program.ts";
import { testRaw } from "./raw_test_program.ts";

/** A thread that runs `uv_async_send` and ends: libuv's own function is a native thread entry. */
function sendFromThread(p: RawProgram, async: Pointer): void {
  const id = p.memory.allocate("uv_thread_t");
  const entry = runtime().pointer(openLibrary().address("uv_async_send"));
  assertOk(p.uv.uv_thread_create(id.pointer, entry, async), "thread");
  assertOk(p.uv.uv_thread_join(id.pointer), "join");
}

testRaw("A2 an async without a callback, in memory full of ones, only wakes the loop", (p) => {
  const piece = p.memory.allocate("uv_async_t");
  piece.u8.fill(0xff);
  const async = piece.pointer;
  assertOk(p.uv.uv_async_init(p.loop, async, null), "init");
  const check = p.handle("uv_check_t", (each) => p.uv.uv_check_init(p.loop, each)).pointer;
  const onCheck = p.callback("uv_check_cb", () => {
    p.events.push("woken");
    p.close(async);
    p.close(check);
  });
  p.uv.uv_check_start(check, onCheck);
  sendFromThread(p, async);
  p.run();
  assert.deepEqual(p.events, ["woken"]);
});

testRaw("A4 a loop driven by turns of ONCE and NOWAIT ends with what another thread sends", (p) => {
  const onAsync = p.callback("uv_async_cb", (async) => {
    p.events.push("async");
    p.close(async);
  });
  const init = (each: Pointer): number => p.uv.uv_async_init(p.loop, each, onAsync);
  const async = p.handle("uv_async_t", init).pointer;
  const nothing = p.run(uv_run_mode.UV_RUN_NOWAIT);
  assert.notEqual(nothing, 0);
  assert.deepEqual(p.events, []);
  sendFromThread(p, async);
  while (p.run(uv_run_mode.UV_RUN_ONCE) !== 0) p.run(uv_run_mode.UV_RUN_NOWAIT);
  assert.deepEqual(p.events, ["async"]);
});

testRaw("A1 sends of other threads before the loop turns come as one call at least", (p) => {
  let calls = 0;
  const onAsync = p.callback("uv_async_cb", () => void calls++);
  const init = (each: Pointer): number => p.uv.uv_async_init(p.loop, each, onAsync);
  const async = p.handle("uv_async_t", init).pointer;
  for (let round = 1; round <= 3; round++) {
    for (let i = 0; i < 5; i++) sendFromThread(p, async);
    p.run(uv_run_mode.UV_RUN_ONCE);
    assert.equal(calls, round);
  }
});

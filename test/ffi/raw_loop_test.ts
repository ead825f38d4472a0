import assert from "node:assert/strict";
import {
  runtime,
  struct,
  systemAddress,
  uv_errno_t,
  uv_handle_type,
  uv_loop_option,
  uv_run_mode,
} from "../../ffi/mod.ts";
import { testRaw } from "./raw_test_program.ts";

const { UV_RUN_DEFAULT, UV_RUN_NOWAIT, UV_RUN_ONCE } = uv_run_mode;
const plain = { watchdog: false };

testRaw("O1 uv_loop_close: EBUSY with an open handle, 0 after; data survives it", (p) => {
  const { uv } = p;
  const loop = p.memory.allocate("uv_loop_t");
  assert.equal(uv.uv_loop_init(loop.pointer), 0);
  uv.uv_loop_set_data(loop.pointer, p.loop);
  const timer = p.memory.allocate("uv_timer_t").pointer;
  uv.uv_timer_init(loop.pointer, timer);
  assert.equal(uv.uv_loop_close(loop.pointer), uv_errno_t.UV_EBUSY);
  uv.uv_close(timer, null);
  assert.equal(uv.uv_run(loop.pointer, UV_RUN_DEFAULT), 0);
  assert.equal(uv.uv_loop_close(loop.pointer), 0);
  assert.deepEqual(uv.uv_loop_get_data(loop.pointer), p.loop);
});

testRaw("O2 a loop with work under way is closed by walk and run", (p) => {
  const { uv } = p;
  const work = p.memory.allocate("uv_work_t").pointer;
  const nativeWork = runtime().pointer(systemAddress("getpid"));
  const done = p.noting("uv_after_work_cb", "done");
  assert.equal(uv.uv_queue_work(p.loop, work, nativeWork, done), 0);
  p.timer();
  uv.uv_walk(p.loop, p.callback("uv_walk_cb", (handle) => p.close(handle)), null);
  assert.equal(p.run(), 0);
  assert.deepEqual(p.events, ["done"]);
}, plain);

testRaw("O4 alive: only with an active handle or a request", (p) => {
  const { uv } = p;
  assert.equal(uv.uv_loop_alive(p.loop), 0);
  const timer = p.timer();
  assert.equal(uv.uv_loop_alive(p.loop), 0, "it is not started");
  uv.uv_timer_start(timer, p.noting("uv_timer_cb", ""), 100, 0);
  assert.notEqual(uv.uv_loop_alive(p.loop), 0);
  uv.uv_timer_stop(timer);
  const work = p.memory.allocate("uv_work_t").pointer;
  const nativeWork = runtime().pointer(systemAddress("getpid"));
  uv.uv_queue_work(p.loop, work, nativeWork, p.noting("uv_after_work_cb", "done"));
  assert.notEqual(uv.uv_loop_alive(p.loop), 0);
  p.run();
  assert.equal(uv.uv_loop_alive(p.loop), 0);
}, plain);

testRaw("O5 NOWAIT fires no timer of 100 ms; ONCE returns 0 when nothing is left", (p) => {
  const { uv } = p;
  const timer = p.timer();
  uv.uv_timer_start(timer, p.noting("uv_timer_cb", "timer"), 100, 100);
  assert.notEqual(p.run(UV_RUN_NOWAIT), 0);
  assert.deepEqual(p.events, []);
  uv.uv_timer_stop(timer);
  const idle = p.handle("uv_idle_t", (idle) => uv.uv_idle_init(p.loop, idle)).pointer;
  let turns = 0;
  const onIdle = p.callback("uv_idle_cb", (handle) => {
    if (++turns === 64) uv.uv_idle_stop(handle);
  });
  uv.uv_idle_start(idle, onIdle);
  while (p.run(UV_RUN_ONCE) !== 0);
  assert.equal(turns, 64);
}, plain);

testRaw(
  "O6 backend_timeout: 0 when idle, the time to the next timer; update_time moves now",
  (p) => {
    const { uv } = p;
    assert.equal(uv.uv_backend_timeout(p.loop), 0);
    const timer = p.timer();
    const start = () => uv.uv_timer_start(timer, p.noting("uv_timer_cb", "timer"), 1000, 0);
    start();
    p.run(UV_RUN_NOWAIT); // before, the kernel has to be told of a descriptor, and it is 0
    start();
    assert.equal(uv.uv_backend_timeout(p.loop), 1000);
    uv.uv_timer_stop(timer);
    const before = Number(uv.uv_now(p.loop));
    const until = Number(uv.uv_hrtime()) + 20e6;
    while (Number(uv.uv_hrtime()) < until);
    assert.equal(Number(uv.uv_now(p.loop)), before, "now is cached");
    uv.uv_update_time(p.loop);
    assert.ok(Number(uv.uv_now(p.loop)) >= before + 19);
  },
  plain,
);

testRaw("O8 each turn: idle, then prepare, then check; stopped ones do not run", (p) => {
  const { uv } = p;
  const idle = p.handle("uv_idle_t", (each) => uv.uv_idle_init(p.loop, each)).pointer;
  const prepare = p.handle("uv_prepare_t", (each) => uv.uv_prepare_init(p.loop, each)).pointer;
  const check = p.handle("uv_check_t", (each) => uv.uv_check_init(p.loop, each)).pointer;
  const stopped = p.handle("uv_check_t", (each) => uv.uv_check_init(p.loop, each)).pointer;
  uv.uv_idle_start(idle, p.noting("uv_idle_cb", "idle"));
  uv.uv_prepare_start(prepare, p.noting("uv_prepare_cb", "prepare"));
  uv.uv_check_start(stopped, p.noting("uv_check_cb", "stopped"));
  uv.uv_check_stop(stopped);
  let turns = 0;
  const onCheck = p.callback("uv_check_cb", () => {
    p.events.push("check");
    if (++turns < 21) return;
    for (const each of [idle, prepare, check]) p.close(each, p.noting("uv_close_cb", "close"));
  });
  uv.uv_check_start(check, onCheck);
  assert.equal(uv.uv_check_start(check, null), 0, "starting twice says nothing");
  p.run();
  const turn = ["idle", "prepare", "check"];
  const expected = [...Array.from({ length: 21 }, () => turn).flat(), "close", "close", "close"];
  assert.deepEqual(p.events, expected);
});

testRaw("O10 is_active and is_closing are 0 or 1 through a handle's life", (p) => {
  const { uv } = p;
  const timer = p.timer();
  const states = (): number[] => [uv.uv_is_active(timer), uv.uv_is_closing(timer)];
  assert.deepEqual(states(), [0, 0]);
  uv.uv_timer_start(timer, p.noting("uv_timer_cb", ""), 1000, 0);
  assert.deepEqual(states(), [1, 0]);
  uv.uv_timer_stop(timer);
  assert.deepEqual(states(), [0, 0]);
  uv.uv_timer_start(timer, p.noting("uv_timer_cb", ""), 1000, 0);
  p.close(timer);
  assert.deepEqual(states(), [0, 1]);
  p.run();
  assert.deepEqual(states(), [0, 1]);
});

testRaw("O12 uv_walk sees each open handle once, with its argument", (p) => {
  const { uv } = p;
  const timer = p.timer();
  const seen: number[] = [];
  const onWalk = p.callback("uv_walk_cb", (handle, argument) => {
    assert.deepEqual(argument, p.loop);
    seen.push(struct("uv_handle_t", handle).type);
  });
  uv.uv_walk(p.loop, onWalk, p.loop);
  assert.deepEqual(seen, [uv_handle_type.UV_TIMER]);
  p.close(timer);
  p.run();
  uv.uv_walk(p.loop, onWalk, p.loop);
  assert.equal(seen.length, 1);
}, plain);

testRaw("O13 idle time is the time slept; 0 before it is asked for, and for a 0 ms timer", (p) => {
  const { uv } = p;
  assert.equal(Number(uv.uv_metrics_idle_time(p.loop)), 0);
  assert.equal(uv.uv_loop_configure(p.loop, uv_loop_option.UV_METRICS_IDLE_TIME, 0), 0);
  const timer = p.timer();
  const onTimer = p.noting("uv_timer_cb", "");
  uv.uv_timer_start(timer, onTimer, 0, 0);
  p.run();
  const before = Number(uv.uv_metrics_idle_time(p.loop));
  const start = Number(uv.uv_hrtime());
  assert.ok(before < 1e6, `${before}`);
  uv.uv_update_time(p.loop);
  uv.uv_timer_start(timer, onTimer, 50, 0);
  p.run();
  const idle = Number(uv.uv_metrics_idle_time(p.loop)) - before;
  const elapsed = Number(uv.uv_hrtime()) - start;
  assert.ok(idle > elapsed / 10 && idle <= elapsed, `${idle} of ${elapsed} ns`);
}, plain);

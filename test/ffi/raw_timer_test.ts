import assert from "node:assert/strict";
import { uv_errno_t, uv_run_mode } from "../../ffi/mod.ts";
import { testRaw } from "./raw_test_program.ts";

const { UV_EINVAL } = uv_errno_t;
const U64_MAX = 2n ** 64n - 1n;

testRaw("T2 a timer started twice fires once, by its second schedule", (p) => {
  const timer = p.timer();
  const DAY_MS = 86_400_000;
  p.uv.uv_timer_start(timer, p.noting("uv_timer_cb", "first"), DAY_MS, 0);
  p.uv.uv_timer_start(timer, p.noting("uv_timer_cb", "second"), 10, 0);
  p.run();
  assert.deepEqual(p.events, ["second"]);
});

testRaw("T4 timeouts of 1 ms, 2^48-1 ms and 2^64-1 ms together: only the small one fires", (p) => {
  const [small, large, huge] = [p.timer(), p.timer(), p.timer()];
  const { uv } = p;
  const stops = p.callback("uv_timer_cb", (timer) => {
    assert.equal(timer === null, false);
    p.events.push("fired");
    for (const each of [small, large, huge]) p.close(each);
  });
  uv.uv_timer_start(small, stops, 1, 0);
  uv.uv_timer_start(large, stops, 2n ** 48n - 1n, 0);
  uv.uv_timer_start(huge, stops, U64_MAX, 0);
  assert.equal(Number(uv.uv_timer_get_due_in(small)), 1);
  assert.equal(Number(uv.uv_timer_get_due_in(large)), 281474976710655);
  assert.ok(BigInt(uv.uv_timer_get_due_in(huge)) > 2n ** 63n, "it does not wrap around");
  p.run();
  assert.deepEqual(p.events, ["fired"]);
});

testRaw("T5 a repeat of 2^64-1 ms fires once while another timer goes on", (p) => {
  const [tiny, huge] = [p.timer(), p.timer()];
  const { uv } = p;
  let [calls, tinyCalls] = [0, 0];
  const onTimer = (isTiny: boolean) =>
    p.callback("uv_timer_cb", () => {
      calls++;
      if (isTiny) tinyCalls++;
      if (calls < 10) return;
      p.close(tiny);
      p.close(huge);
    });
  uv.uv_timer_start(tiny, onTimer(true), 2, 2);
  uv.uv_timer_start(huge, onTimer(false), 1, U64_MAX);
  assert.equal(BigInt(uv.uv_timer_get_repeat(huge)), U64_MAX);
  p.run();
  assert.deepEqual([calls, tinyCalls], [10, 9]);
});

testRaw("T6 start on a closing timer and with a null callback → EINVAL", (p) => {
  const timer = p.timer();
  assert.equal(p.uv.uv_timer_start(timer, null, 0, 0), UV_EINVAL);
  p.close(timer);
  assert.equal(p.uv.uv_timer_start(timer, p.noting("uv_timer_cb", "no"), 0, 0), UV_EINVAL);
  p.run();
  assert.deepEqual(p.events, []);
});

testRaw(
  "T8 again() on a timer that never started → EINVAL; else it begins its period anew",
  (p) => {
    const { uv } = p;
    const [dummy, ticker, again] = [p.timer(), p.timer(), p.timer()];
    assert.equal(uv.uv_timer_again(dummy), UV_EINVAL);
    let [ticks, agains, ticksBefore] = [0, 0, 0];
    const onAgain = p.callback("uv_timer_cb", (timer) => {
      ticksBefore ||= ticks;
      if (++agains === 2) p.close(timer);
      uv.uv_timer_set_repeat(again, 0); // takes effect at the next expiry: one more comes
    });
    uv.uv_timer_start(again, onAgain, 300, 300);
    const onTick = p.callback("uv_timer_cb", (timer) => {
      assert.equal(uv.uv_timer_again(again), 0);
      if (++ticks === 10) p.close(timer);
    });
    uv.uv_timer_start(ticker, onTick, 5, 5);
    const start = Number(uv.uv_hrtime());
    p.run();
    assert.equal(ticksBefore, 10, "it fires only when nobody puts it off any more");
    assert.equal(agains, 2);
    assert.ok((Number(uv.uv_hrtime()) - start) / 1e6 >= 540);
  },
);

testRaw("T9 a timer started anew in a check callback fires in a later turn, once", (p) => {
  const { uv } = p;
  const timer = p.timer();
  const check = p.handle("uv_check_t", (each) => uv.uv_check_init(p.loop, each)).pointer;
  const prepare = p.handle("uv_prepare_t", (each) => uv.uv_prepare_init(p.loop, each)).pointer;
  const onTimer = p.noting("uv_timer_cb", "timer");
  const onPrepare = p.callback("uv_prepare_cb", (each) => {
    p.events.push("prepare");
    uv.uv_prepare_stop(each);
  });
  const onCheck = p.callback("uv_check_cb", (each) => {
    p.events.push("check");
    uv.uv_check_stop(each);
    uv.uv_timer_stop(timer);
    uv.uv_timer_start(timer, onTimer, 50, 0);
    uv.uv_prepare_start(prepare, onPrepare);
  });
  uv.uv_check_start(check, onCheck);
  uv.uv_update_time(p.loop);
  uv.uv_timer_start(timer, onTimer, 50, 0);
  p.run();
  assert.deepEqual(p.events, ["check", "prepare", "timer"]);
});

testRaw("T10 one callback for each RUN_ONCE, of a 0 ms and of a 1 ms timer", (p) => {
  const timer = p.timer();
  for (const timeoutMs of [0, 1]) {
    p.uv.uv_timer_start(timer, p.noting("uv_timer_cb", `${timeoutMs}`), timeoutMs, 0);
    assert.equal(p.run(uv_run_mode.UV_RUN_ONCE), 0);
  }
  assert.deepEqual(p.events, ["0", "1"]);
});

import assert from "node:assert/strict";
import { type Pointer, struct, uv_errno_t, uv_run_mode } from "../../ffi/mod.ts";
import { RawChild } from "./raw_child_process.ts";
import { assertOk, RawProgram } from "./raw_program.ts";
import { libc } from "./raw_system.ts";
import { testRaw } from "./raw_test_program.ts";

const { UV_EINVAL, UV_ESRCH } = uv_errno_t;
const SIGUSR2 = 12;

/** Watches a signal; each one is noted by `name`. */
function watch(p: RawProgram, name: string, signum = SIGUSR2): Pointer {
  const { pointer } = p.handle("uv_signal_t", (each) => p.uv.uv_signal_init(p.loop, each));
  const onSignal = p.callback("uv_signal_cb", (handle, got) => {
    assert.equal(got, signum);
    assert.equal(struct("uv_signal_t", handle).signum, signum);
    p.events.push(name);
  });
  assertOk(p.uv.uv_signal_start(pointer, onSignal, signum), "start");
  return pointer;
}

testRaw("S1 each signal is an event; after a stop none comes, after a new start they do", (p) => {
  const signal = watch(p, "signal");
  for (let i = 1; i <= 10; i++) {
    libc().raise(SIGUSR2);
    p.runUntil(() => p.events.length === i);
  }
  p.uv.uv_signal_stop(signal);
  const again = watch(p, "again");
  libc().raise(SIGUSR2);
  p.runUntil(() => p.events.includes("again"));
  p.close(again);
  assert.equal(p.events.length, 11);
});

testRaw("S3 every one of many loops gets its signal while others come and go", (p) => {
  const loops = Array.from({ length: 24 }, () => new RawProgram());
  loops.forEach((each, i) => watch(each, `loop ${i}`));
  for (let i = 0; i < 10; i++) {
    const other = new RawProgram();
    watch(other, "other");
    other.end();
  }
  libc().raise(SIGUSR2);
  for (const [i, each] of loops.entries()) {
    each.runUntil(() => each.events.length > 0);
    assert.deepEqual(each.events, [`loop ${i}`]);
    each.end();
  }
  assert.equal(p.run(uv_run_mode.UV_RUN_NOWAIT), 0);
});

testRaw("S5 start with 0, -1, SIGKILL, SIGSTOP or 65 → EINVAL", (p) => {
  const { pointer } = p.handle("uv_signal_t", (each) => p.uv.uv_signal_init(p.loop, each));
  const onSignal = p.noting("uv_signal_cb", "");
  for (const signum of [0, -1, 9, 19, 65]) {
    assert.equal(p.uv.uv_signal_start(pointer, onSignal, signum), UV_EINVAL, `${signum}`);
  }
  assert.equal(p.uv.uv_is_active(pointer), 0);
});

testRaw("S5 kill: a bad number EINVAL, a child that has ended ESRCH", (p) => {
  const child = new RawChild(p, ["/bin/cat"]);
  const stdin = child.pipe(0);
  child.spawn();
  const pid = p.uv.uv_process_get_pid(child.process.pointer);
  assert.equal(p.uv.uv_kill(pid, 0), 0);
  assert.equal(p.uv.uv_kill(pid, -1), UV_EINVAL);
  assert.equal(p.uv.uv_process_kill(child.process.pointer, 4096), UV_EINVAL);
  p.close(stdin);
  p.runUntil(() => child.exits.length > 0);
  assert.equal(p.uv.uv_kill(pid, 0), UV_ESRCH);
});

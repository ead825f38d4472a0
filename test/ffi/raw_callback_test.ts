import assert from "node:assert/strict";
import {
  callback,
  type CallbackName,
  callbackTypes,
  libuv,
  nativeCallbackTypes,
  NativeMemory,
  openLibrary,
  struct,
  symbols,
  uv_run_mode,
} from "../../ffi/mod.ts";
import { test } from "../harness.ts";
import { testRaw } from "./raw_test_program.ts";

test("every callback type can be made and closed, twice without effect", () => {
  for (const type of Object.keys(callbackTypes) as CallbackName[]) {
    const made = callback(type, () => {});
    assert.ok(made.pointer !== null, type);
    made.close();
    made.close();
  }
});

test("types that only native code can stand for are refused with the reason", () => {
  for (const [type, reason] of Object.entries(nativeCallbackTypes)) {
    const make = () => callback(type as CallbackName, () => {});
    assert.throws(make, (error) => error instanceof TypeError && error.message.includes(reason));
  }
  assert.throws(() => callback("uv_no_cb" as CallbackName, () => {}), /no such callback type/);
  assert.throws(() => callback("toString" as CallbackName, () => {}), /no such callback type/);
  assert.throws(() => callback("uv_timer_cb", null as unknown as () => void), TypeError);
});

testRaw("a callback gets its handle, and numbers for integers", (p) => {
  const timer = p.timer();
  const loops: unknown[] = [];
  const onTimer = p.callback("uv_timer_cb", (handle) => loops.push(struct("uv_timer_t", handle)));
  p.uv.uv_timer_start(timer, onTimer, 0, 0);
  p.run();
  assert.equal(loops.length, 1);
  const random = p.memory.allocate("uv_random_t");
  const bytes = p.memory.allocate(16);
  const got: unknown[] = [];
  const onRandom = p.callback("uv_random_cb", (_, status, buf, byteLength) => {
    got.push(status, byteLength, typeof buf === typeof bytes.pointer);
  });
  assert.equal(p.uv.uv_random(p.loop, random.pointer, bytes.pointer, 16, 0, onRandom), 0);
  p.run();
  assert.deepEqual(got, [0, 16, true]);
});

testRaw("what a callback throws ends uv_run at once, and is thrown by it", (p) => {
  const timer = p.timer();
  let calls = 0;
  const fails = p.callback("uv_timer_cb", () => {
    calls++;
    throw new RangeError("of the test");
  });
  p.uv.uv_timer_start(timer, fails, 0, 1); // repeats for ever
  assert.throws(() => p.run(), /of the test/);
  assert.equal(calls, 1);
  p.uv.uv_timer_stop(timer);
  assert.equal(p.run(), 0, "and the loop goes on");
});

testRaw("after an error libuv's other due callbacks are called all the same", (p) => {
  const fails = p.callback("uv_timer_cb", () => {
    throw new Error("of the test");
  });
  p.uv.uv_timer_start(p.timer(), fails, 0, 0);
  p.uv.uv_timer_start(p.timer(), p.noting("uv_timer_cb", "second"), 0, 0);
  assert.throws(() => p.run(), /of the test/);
  assert.deepEqual(p.events, ["second"]);
});

testRaw("errors of several callbacks come together", (p) => {
  for (const text of ["one", "two"]) {
    const fails = p.callback("uv_timer_cb", () => {
      throw new Error(text);
    });
    p.uv.uv_timer_start(p.timer(), fails, 0, 0);
  }
  assert.throws(() => p.run(), (error) => {
    assert.ok(error instanceof AggregateError);
    assert.deepEqual(error.errors.map(({ message }) => message), ["one", "two"]);
    return true;
  });
});

testRaw("a handler of errors is told, and libuv goes on", (p) => {
  const errors: unknown[] = [];
  const onError = (error: unknown) => void errors.push(error);
  const fails = callback("uv_timer_cb", (timer) => {
    if (errors.length === 2) p.uv.uv_timer_stop(timer);
    throw errors.length;
  }, { onError });
  p.uv.uv_timer_start(p.timer(), fails.pointer, 0, 1);
  assert.equal(p.run(), 0);
  assert.deepEqual(errors, [0, 1, 2]);
  fails.close();
});

testRaw("an error of the handler of errors is thrown by uv_run", (p) => {
  const onError = () => {
    throw new Error("of the handler");
  };
  const fails = callback("uv_timer_cb", () => {
    throw new Error("of the callback");
  }, { onError });
  p.uv.uv_timer_start(p.timer(), fails.pointer, 0, 1);
  assert.throws(() => p.run(), /of the handler/);
  fails.close();
});

testRaw("undefined may be thrown, too", (p) => {
  const fails = p.callback("uv_timer_cb", () => {
    throw undefined;
  });
  p.uv.uv_timer_start(p.timer(), fails, 0, 1);
  let thrown: unknown = "nothing";
  try {
    p.run();
  } catch (error) {
    thrown = error;
  }
  assert.equal(thrown, undefined);
});

testRaw("the error of a request's callback finds its loop and stops it", (p) => {
  const fails = p.callback("uv_fs_cb", () => {
    throw new Error("of stat");
  });
  p.uv.uv_timer_start(p.timer(), p.noting("uv_timer_cb", "tick"), 1, 1); // keeps the loop alive
  const request = p.memory.allocate("uv_fs_t");
  const path = p.memory.text("/");
  assert.equal(p.uv.uv_fs_stat(p.loop, request.pointer, path.pointer, fails), 0);
  assert.throws(() => p.run(), /of stat/);
  p.uv.uv_fs_req_cleanup(request.pointer);
});

testRaw("uv_walk throws what its callback threw, after all handles were seen", (p) => {
  let seen = 0;
  const fails = p.callback("uv_walk_cb", () => {
    seen++;
    throw new Error(`walk ${seen}`);
  });
  p.timer();
  p.timer();
  assert.throws(() => p.uv.uv_walk(p.loop, fails, null), AggregateError);
  assert.equal(seen, 2);
  assert.equal(p.run(), 0, "the loop was not stopped");
}, { watchdog: false });

testRaw("a callback may close itself while it runs", (p) => {
  const once = callback("uv_timer_cb", () => {
    once.close();
    once.close();
    p.events.push("called");
  });
  p.uv.uv_timer_start(p.timer(), once.pointer, 0, 0);
  p.run();
  assert.deepEqual(p.events, ["called"]);
});

testRaw("a callback may close another one while it runs, and make new ones", (p) => {
  const other = callback("uv_timer_cb", () => {});
  const timer = p.timer();
  const closes = p.callback("uv_timer_cb", (handle) => {
    other.close();
    const next = p.callback("uv_timer_cb", () => void p.events.push("next"));
    p.uv.uv_timer_start(handle, next, 0, 0);
  });
  p.uv.uv_timer_start(timer, closes, 0, 0);
  p.run();
  assert.deepEqual(p.events, ["next"]);
});

test("10,000 callbacks are made, called and closed inside themselves", () => {
  const uv = libuv();
  using memory = new NativeMemory();
  const loop = memory.allocate("uv_loop_t").pointer;
  const timer = memory.allocate("uv_timer_t").pointer;
  uv.uv_loop_init(loop);
  uv.uv_timer_init(loop, timer);
  let calls = 0;
  for (let i = 0; i < 10_000; i++) {
    const once = callback("uv_timer_cb", () => {
      calls++;
      once.close();
    });
    uv.uv_timer_start(timer, once.pointer, 0, 0);
    uv.uv_run(loop, uv_run_mode.UV_RUN_DEFAULT);
  }
  assert.equal(calls, 10_000);
  uv.uv_close(timer, null);
  uv.uv_run(loop, uv_run_mode.UV_RUN_DEFAULT);
  assert.equal(uv.uv_loop_close(loop), 0);
});

testRaw("bare functions leave errors to whoever settles next: nothing is lost", (p) => {
  const { uv_run } = openLibrary().bind({ uv_run: symbols.uv_run });
  const fails = p.callback("uv_timer_cb", () => {
    throw new Error("kept");
  });
  p.uv.uv_timer_start(p.timer(), fails, 0, 0);
  uv_run(p.loop, uv_run_mode.UV_RUN_DEFAULT);
  assert.throws(() => p.run(), /kept/);
});

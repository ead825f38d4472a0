import assert from "node:assert/strict";
import process from "node:process";
import { bind } from "../../../bench/ffi/bind.ts";
import { callLoop } from "../../../bench/ffi/call_loop.ts";
import { CASE_LISTS, type ListName } from "../../../bench/ffi/case_lists.ts";
import { runTask } from "../../../bench/ffi/child.ts";
import { compileLibrary } from "../../../bench/ffi/compile_library.ts";
import { currentPort } from "../../../bench/ffi/current_port.ts";
import type { Port } from "../../../bench/ffi/port.ts";
import type { UserFunction } from "../../../bench/ffi/report.ts";
import type { Runtime } from "../../../bench/runtime.ts";
import { hasCompiler } from "../../ffi/stub_library.ts";
import { test } from "../../harness.ts";

const name = "Deno" in globalThis ? "deno" : "bun";
const runtime: Runtime = { name, path: process.execPath, version: "" };
const settings = { rounds: 2, samples: 1, sampleMs: 0.05, warmUpMs: 1 };

/** Nonblocking calls are Deno's alone. */
const hasCases = (list: ListName): boolean => name === "deno" || !list.startsWith("nonblocking");

function measureFunction(user: UserFunction) {
  return runTask(runtime, { list: "user", user, library: null, settings });
}

const libm = process.platform === "darwin" ? "/usr/lib/libSystem.B.dylib" : "libm.so.6";
const cos: UserFunction = { library: libm, name: "cos", parameters: ["f64=0"], result: "f64" };

test("a function of any library is called with what was given", async () => {
  const { measured } = await measureFunction(cos);
  const bySymbol = measured.find(({ contender }) => contender === "symbol of dlopen");
  assert.equal(bySymbol?.note, "gave 1");
  assert.ok(measured.every(({ metric }) => metric === "cos"));
  assert.ok(measured.length >= 3, "the function by its address is measured too");
});

test("a function that there is none of ends the child with its reason", async () => {
  const none = measureFunction({ ...cos, name: "rotor_uv_no_such_function" });
  await assert.rejects(none, /exit code 1: .*rotor_uv_no_such_function/);
});

test("without a compiler, calls of libc are measured and the rest is told", async () => {
  const calls = await runTask(runtime, { list: "parameters", library: null, settings });
  assert.ok(calls.measured.some(({ contender }) => contender.startsWith("strlen: buffer")));
  const ring = await runTask(runtime, { list: "ring", library: null, settings });
  assert.deepEqual(ring, { measured: [], notes: ["no C compiler: ring not measured"] });
});

if (hasCompiler) {
  const compiled = compileLibrary();
  const library = "path" in compiled ? compiled.path : assert.fail(compiled.missing);

  for (const list of Object.keys(CASE_LISTS) as ListName[]) {
    test(`each case of ${list} has a figure for each round`, async () => {
      const { measured, notes } = await runTask(runtime, { list, library, settings });
      if (!hasCases(list)) {
        assert.deepEqual([measured, notes], [[], [`${name} has no nonblocking calls`]]);
        return;
      }
      assert.ok(measured.length > 0);
      for (const { contender, samplesNs } of measured) {
        const isRight = samplesNs.length === 2 && samplesNs.every((ns) => ns > 0 && ns < 1e9);
        assert.ok(isRight, `${contender}: ${samplesNs}`);
      }
      const keys = measured.map(({ contender, metric }) => `${contender} in ${metric}`);
      assert.equal(new Set(keys).size, keys.length, "names are unique");
    });
  }

  test("callLoop() makes each of its calls, also when it is compiled", () => {
    const port = currentPort() as Port;
    const complete = bind(port, library, "lab_complete", ["pointer", "pointer", "u32"], "void");
    const back = bind(port, library, "lab_address_of_write_cb", [], "pointer")();
    const completed = bind(port, library, "lab_completed", [], "i64");
    const loop = callLoop(complete, [back, null, 1]);
    let expected = 0;
    for (const times of [1, 1000, 1_000_000, 3, 0]) {
      loop(times);
      expected += times;
      assert.equal(Number(completed()), expected);
    }
  });
}

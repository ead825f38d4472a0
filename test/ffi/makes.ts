import assert from "node:assert/strict";
import { openLibrary } from "../../ffi/libuv/library.ts";
import { symbols } from "../../ffi/libuv/symbols.ts";
import type { Functions } from "../../ffi/runtime/contract.ts";
import type { Callbacks } from "../../ffi/thunks/callback_pointers.ts";
import { installMachineCode } from "../../ffi/thunks/machine_code_page.ts";
import { installRuntimeCallbacks } from "../../ffi/thunks/runtime_callbacks.ts";
import { test } from "../harness.ts";
import { type Event, RawLoop, type RawSizes } from "./raw_loop.ts";

/** Does something with libuv. What it returns must not depend on the make, as its records. */
type Scenario = (loop: RawLoop) => unknown;

/** Functions of libuv by their names. */
export function bind<K extends keyof typeof symbols>(
  ...names: readonly K[]
): Functions<Pick<typeof symbols, K>> {
  const table = Object.fromEntries(names.map((name) => [name, symbols[name]]));
  return openLibrary().bind(table as Pick<typeof symbols, K>);
}

/** What both makes of callbacks must record alike. The scenario itself asserts what is right. */
export function testBothMakes(
  name: string,
  scenario: Scenario,
  options: RawSizes = {},
): void {
  test(name, () => {
    const machineCode = installMachineCode();
    const recorded = record(installRuntimeCallbacks(), scenario, options);
    assert.ok(recorded.calls > 0, "the fallback runs JavaScript inside libuv");
    if (machineCode === undefined) return;
    const expected = record(machineCode, scenario, options);
    assert.equal(expected.calls, 0, "machine code runs none");
    assert.deepEqual(recorded.result, expected.result);
    assert.deepEqual(recorded.events, expected.events);
  });
}

interface Recording {
  readonly result: unknown;
  readonly events: readonly Event[];
  readonly calls: number;
}

function record(
  callbacks: Callbacks,
  scenario: Scenario,
  options: RawSizes,
): Recording {
  const loop = new RawLoop(callbacks, options);
  const result = scenario(loop);
  loop.close();
  callbacks.free();
  return { result, events: loop.events, calls: callbacks.calls() };
}

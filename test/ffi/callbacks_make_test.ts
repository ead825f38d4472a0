import assert from "node:assert/strict";
import { runtime } from "../../ffi/runtime/current.ts";
import { acquireCallbacks, releaseCallbacks } from "../../ffi/thunks/callbacks.ts";
import { installMachineCode } from "../../ffi/thunks/machine_code_page.ts";
import { cellAt, registerRing, unregisterRing } from "../../ffi/thunks/ring_registry.ts";
import { installRuntimeCallbacks } from "../../ffi/thunks/runtime_callbacks.ts";
import { test } from "../harness.ts";
import { RawLoop } from "./raw_loop.ts";
import { RawTcp } from "./raw_tcp.ts";

test("machine code is there for Linux on x64 and arm64", () => {
  const { os, arch } = runtime();
  const callbacks = installMachineCode();
  assert.equal(callbacks !== undefined, os === "linux" && ["x64", "arm64"].includes(arch));
  callbacks?.free();
});

test("loops share one make of callbacks, which the environment can force", () => {
  const forced = runtime().environment("ROTOR_UV_CALLBACKS") === "runtime";
  const callbacks = acquireCallbacks();
  if (forced) assert.equal(callbacks.make, "runtime");
  assert.equal(acquireCallbacks(), callbacks);
  releaseCallbacks();
  assert.equal(acquireCallbacks(), callbacks);
  releaseCallbacks();
  releaseCallbacks();
});

test("the fallback counts a record that fails as lost, and libuv goes on", () => {
  const callbacks = installRuntimeCallbacks();
  const loop = new RawLoop(callbacks);
  const tcp = new RawTcp(loop);
  loop.setExtra(tcp.listener, 0); // no stock: reading it throws
  tcp.connect(tcp.init("client"));
  loop.runUntilEvent("CONNECT");
  loop.runUntil(() => loop.ring.lost === 1);
  loop.forgetLost();
  loop.close();
  callbacks.free();
});

test("the fallback finds a cell only while its ring is registered", () => {
  const callbacks = installRuntimeCallbacks();
  const loop = new RawLoop(callbacks);
  const { address } = loop.cell("cell");
  const cell = cellAt(address);
  assert.equal(cell.ring, loop.ring);
  assert.equal(cellAt(address), cell);
  unregisterRing(loop.ring);
  assert.throws(() => cellAt(address), /ring is not registered/);
  assert.throws(() => cellAt(0), /no cell/);
  registerRing(loop.ring);
  assert.notEqual(cellAt(address), cell);
  loop.close();
  callbacks.free();
});

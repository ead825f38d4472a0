import assert from "node:assert/strict";
import {
  type Functions,
  LibraryError,
  libuv,
  openLibrary,
  struct,
  type SymbolName,
  symbols,
  type SymbolTable,
  unbindable,
  uv_clock_id,
} from "../../ffi/mod.ts";
import { test } from "../harness.ts";
import { testChild } from "./child.ts";
import { runRaw } from "./raw_child.ts";
import { testRaw } from "./raw_test_program.ts";

/** Whether this libuv has what came with a release, such as `1.45.0`. */
function hasRelease(since: string): boolean {
  const { major, minor } = openLibrary().version;
  const [wantedMajor = 0, wantedMinor = 0] = since.split(".").map(Number);
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}

const entries = Object.entries(symbols as SymbolTable) as [SymbolName, SymbolTable[string]][];

test("every function of libuv 1.44 is bound by openLibrary().bind(symbols)", () => {
  const library = openLibrary();
  const all: Functions<typeof symbols> = library.bind(symbols);
  const old = entries.filter(([, { since }]) => since === undefined);
  assert.equal(old.length + Object.keys(unbindable).length, 293);
  for (const [name] of old) {
    assert.ok(library.address(name) > 0, name);
    assert.equal(typeof all[name], "function", name);
  }
  assert.equal(all.uv_version(), libuv().uv_version());
});

test("a function that this libuv lacks throws a LibraryError that names its release", () => {
  const uv = libuv();
  for (const [name, { since }] of entries) {
    if (since === undefined || hasRelease(since)) continue;
    const call = uv[name] as () => unknown;
    assert.throws(call, (error) => error instanceof LibraryError && error.message.includes(since));
  }
});

testRaw("a later function works where libuv has it", ({ uv, memory }) => {
  if (!hasRelease("1.45.0")) return;
  const time = memory.allocate("uv_timespec64_t");
  assert.equal(uv.uv_clock_gettime(uv_clock_id.UV_CLOCK_REALTIME, time.pointer), 0);
  assert.ok(struct("uv_timespec64_t", time).tv_sec > 1_700_000_000);
});

test("libuv() is one object, and a function of it is bound once", () => {
  assert.equal(libuv(), libuv());
  assert.equal(libuv().uv_hrtime, libuv().uv_hrtime);
});

test("libuv() lists all functions without binding them", () => {
  assert.deepEqual(Object.keys(libuv()), Object.keys(symbols));
});

testRaw("numbers of 64 bits cross in both directions", ({ uv }) => {
  assert.ok(Number(uv.uv_hrtime()) > 0);
  assert.ok(Number(uv.uv_get_total_memory()) > 2 ** 20);
});

testRaw("a double is given by pointer and read", ({ uv, memory }) => {
  const uptime = memory.allocate(8);
  assert.equal(uv.uv_uptime(uptime.pointer), 0);
  assert.ok(uptime.view.getFloat64(0, true) > 0);
});

testChild("uv_print_all_handles prints to standardError()", () => {
  const { stderr } = runRaw("print_handles");
  assert.match(stderr, /timer +0x/);
});

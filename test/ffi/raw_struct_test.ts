import assert from "node:assert/strict";
import { statSync } from "node:fs";
import {
  fieldTypes,
  htons,
  layouts,
  NativeMemory,
  NativeSpan,
  Region,
  sizeOf,
  struct,
  structArray,
  type StructName,
  textAt,
  textOf,
  writeText,
} from "../../ffi/mod.ts";
import { test } from "../harness.ts";
import { testRaw } from "./raw_test_program.ts";

const names = Object.keys(fieldTypes) as StructName[];

test("every field of every struct is read and written, and no other memory with it", () => {
  using memory = new NativeMemory();
  const bytes = memory.allocate(4096);
  for (const name of names) {
    for (const [field, type] of Object.entries(fieldTypes[name] as Record<string, string>)) {
      bytes.u8.fill(0);
      const view = struct(name, bytes, { bigint: true }) as unknown as Record<string, unknown>;
      const value = type.endsWith("64") ? 1n : 1;
      if (/^[iu]\d+$/.test(type)) view[field] = value;
      else if (type === "pointer") view[field] = bytes.pointer;
      else (type.startsWith("u8") ? view[field] as Uint8Array : bytes.u8).fill(1, 0, 1);
      if (/^[iu]\d+$/.test(type)) assert.equal(view[field], value, `${name}.${field}`);
      const at = (layouts[name] as Record<string, number>)[field] as number;
      if (type in fieldTypes) continue;
      const first = type === "pointer" ? bytes.address & 0xff : 1;
      assert.equal(bytes.u8[at], first, `${name}.${field}`);
      if (type !== "pointer") assert.equal(bytes.u8.reduce((a, b) => a + b), 1);
    }
  }
});

test("64-bit integers are numbers or bigints; a number that is not exact is refused", () => {
  using memory = new NativeMemory();
  const piece = memory.allocate("uv_stat_t");
  const numbers = struct("uv_stat_t", piece);
  const bigints = struct("uv_stat_t", piece, { bigint: true });
  bigints.st_size = 2n ** 53n;
  assert.throws(() => numbers.st_size, /st_size is 9007199254740992/);
  numbers.st_size = Number.MAX_SAFE_INTEGER;
  assert.equal(bigints.st_size, 2n ** 53n - 1n);
  bigints.st_size = 2n ** 64n - 1n;
  assert.equal(bigints.st_size, 2n ** 64n - 1n);
  assert.throws(() => bigints.st_size = 2n ** 64n, RangeError);
  assert.throws(() => bigints.st_size = -1n, RangeError);
  assert.throws(() => numbers.st_size = 2 ** 53, RangeError);
  numbers.st_atim.tv_sec = -1;
  assert.equal(bigints.st_atim.tv_sec, -1n);
});

test("a number that the field cannot hold is refused", () => {
  using memory = new NativeMemory();
  const options = struct("uv_process_options_t", memory.allocate("uv_process_options_t"));
  for (const value of [-1, 2 ** 32, 1.5, NaN, Infinity]) {
    assert.throws(() => options.flags = value, /flags holds integers from 0 to 4294967295/);
  }
  assert.throws(() => options.stdio_count = 2 ** 31, RangeError);
  options.stdio_count = -(2 ** 31);
  options.flags = 2 ** 32 - 1;
  assert.deepEqual([options.stdio_count, options.flags], [-(2 ** 31), 2 ** 32 - 1]);
  assert.throws(() => options.flags = "1" as unknown as number, RangeError);
});

test("pointers are the runtime's, or null", () => {
  using memory = new NativeMemory();
  const buf = struct("uv_buf_t", memory.allocate("uv_buf_t"));
  assert.equal(buf.base, null);
  const text = memory.text("grün");
  buf.base = text.pointer;
  assert.equal(textAt(buf.base), "grün");
  buf.base = null;
  assert.equal(textAt(buf.base), null);
});

test("unions and nested structs share their memory", () => {
  using memory = new NativeMemory();
  const stdio = structArray("uv_stdio_container_t", memory.allocate("uv_stdio_container_t", 3), 3);
  const last = stdio[2] ?? assert.fail();
  last.data.fd = 7;
  last.flags = 2;
  assert.equal(last.data.fd, 7);
  assert.notEqual(last.data.stream, null);
  assert.equal(stdio[1]?.data.fd, 0);
  const fs = struct("uv_fs_t", memory.allocate("uv_fs_t"));
  fs.statbuf.st_atim.tv_nsec = 5;
  assert.equal(fs.statbuf.st_atim.tv_nsec, 5);
});

test("a struct cannot be replaced as a whole, nor bytes", () => {
  using memory = new NativeMemory();
  const fs = struct("uv_fs_t", memory.allocate("uv_fs_t")) as { statbuf: unknown };
  assert.throws(() => fs.statbuf = {}, TypeError);
  const address = struct("sockaddr_in", memory.allocate("sockaddr_in")) as { sin_addr: unknown };
  assert.throws(() => address.sin_addr = new Uint8Array(4), TypeError);
});

test("texts in arrays end at the first NUL, and must fit with it", () => {
  using memory = new NativeMemory();
  const names = struct("uv_utsname_t", memory.allocate("uv_utsname_t"));
  writeText(names.sysname, "x".repeat(255));
  assert.equal(textOf(names.sysname), "x".repeat(255));
  assert.equal(textOf(names.release), "");
  writeText(names.sysname, "");
  assert.equal(textOf(names.sysname), "");
  assert.throws(() => writeText(names.sysname, "x".repeat(256)), RangeError);
  assert.equal(textOf(new Uint8Array([65, 66])), "AB", "without a NUL all of it");
});

test("a text is read across pages up to its NUL, and not further", () => {
  const region = new Region(3 * 4096);
  region.u8.fill(0x61, 4090, 3 * 4096 - 1);
  const text = textAt(region.pointerTo(4090)) ?? "";
  assert.equal(text.length, 3 * 4096 - 1 - 4090);
  assert.equal(textAt(region.pointerTo(3 * 4096 - 1)), "");
  region.free();
});

test("a struct must fit into its memory, which must be there", () => {
  using memory = new NativeMemory();
  const piece = memory.allocate("uv_buf_t", 2);
  assert.throws(() => struct("uv_buf_t", piece, { byteOffset: 17 }), RangeError);
  assert.throws(() => struct("uv_buf_t", piece, { byteOffset: -1 }), RangeError);
  assert.throws(() => struct("uv_buf_t", piece, { byteOffset: 0.5 }), RangeError);
  assert.throws(() => structArray("uv_buf_t", piece, 3), RangeError);
  assert.throws(() => structArray("uv_timer_t", piece, 1), /no fixed size/);
  assert.throws(() => struct("uv_no_t" as StructName, piece), TypeError);
  assert.throws(() => struct("uv_buf_t", null as never), TypeError);
  assert.throws(() => struct("uv_buf_t", new NativeSpan(piece.pointer, 15)), RangeError);
});

test("a struct is seen in a region, a span, or at a pointer alike", () => {
  const region = new Region(64);
  struct("uv_buf_t", region, { byteOffset: 16 }).len = 42;
  const at = region.pointerTo(16);
  assert.equal(struct("uv_buf_t", at).len, 42);
  assert.equal(struct("uv_buf_t", new NativeSpan(at, 16)).len, 42);
  assert.equal(struct("uv_buf_t", region.pointer, { byteOffset: 16 }).len, 42);
  region.free();
});

test("a struct is written as JSON with its fields", () => {
  using memory = new NativeMemory();
  const time = struct("uv_timeval_t", memory.allocate("uv_timeval_t"));
  time.tv_sec = 3;
  assert.equal(JSON.stringify(time), '{"tv_sec":3,"tv_usec":0}');
});

test("htons turns the bytes of a port around, and back", () => {
  assert.equal(htons(80), 0x5000);
  for (const port of [0, 1, 255, 256, 8080, 65535]) assert.equal(htons(htons(port)), port);
});

testRaw("uv_fs_stat fills a struct as the system sees the file", ({ uv, memory }) => {
  const path = import.meta.filename as string;
  const request = memory.allocate("uv_fs_t");
  assert.equal(uv.uv_fs_stat(null, request.pointer, memory.text(path).pointer, null), 0);
  const { statbuf, result } = struct("uv_fs_t", request, { bigint: true });
  const expected = statSync(path, { bigint: true });
  assert.equal(result, 0n);
  assert.equal(statbuf.st_size, expected.size);
  assert.equal(statbuf.st_ino, expected.ino);
  assert.equal(statbuf.st_mtim.tv_sec, expected.mtimeNs / 10n ** 9n);
  // Deno knows milliseconds only.
  assert.equal(statbuf.st_mtim.tv_nsec / 10n ** 6n, expected.mtimeNs % 10n ** 9n / 10n ** 6n);
  uv.uv_fs_req_cleanup(request.pointer);
});

testRaw("arrays that libuv allocates are read by pointer", ({ uv, memory }) => {
  const [list, count] = [memory.allocate(8), memory.allocate(4)];
  assert.equal(uv.uv_interface_addresses(list.pointer, count.pointer), 0);
  const first = list.pointerAt(0) ?? assert.fail();
  const n = count.view.getInt32(0, true);
  const found = structArray("uv_interface_address_t", first, n);
  assert.ok(found.some(({ name, is_internal }) => textAt(name) === "lo" && is_internal === 1));
  uv.uv_free_interface_addresses(first, n);
});

test("memory for a loop, handles and requests is as large as libuv says", () => {
  assert.ok(sizeOf("uv_loop_t") > 500);
  assert.ok(sizeOf("uv_pipe_t") > layouts.uv_pipe_t.ipc);
  assert.ok(sizeOf("uv_fs_t") >= 440);
  assert.equal(sizeOf("uv_stat_t"), 160);
  assert.ok(sizeOf("uv_mutex_t") >= 40);
  assert.throws(() => sizeOf("uv_no_t" as "uv_fs_t"), TypeError);
  assert.throws(() => sizeOf("toString" as "uv_fs_t"), TypeError);
});

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  uv_fs_event,
  uv_handle_type,
  uv_req_type,
  uv_run_mode,
} from "../../ffi/libuv/constants.ts";
import { uv_errno_t } from "../../ffi/libuv/errno.ts";
import { uv_fs_t, uv_stat_t } from "../../ffi/libuv/layouts.ts";
import type { Pointer } from "../../ffi/runtime/contract.ts";
import { runtime } from "../../ffi/runtime/current.ts";
import { FILE_EVENT_BYTES, NO_BLOCK } from "../../ffi/thunks/kinds.ts";
import { inFolder } from "../fixtures/fs_folder.ts";
import { bind, testBothMakes } from "./makes.ts";
import type { Native, RawLoop } from "./raw_loop.ts";

/** The flags and the names in a block of `FS_EVENT`. */
function eventsOf(block: Uint8Array): [number, string][] {
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  const events: [number, string][] = [];
  for (let at = 0; at < block.length;) {
    const length = view.getUint32(at + 4, true);
    const name = block.subarray(at + FILE_EVENT_BYTES, at + FILE_EVENT_BYTES + length);
    events.push([view.getUint32(at, true), new TextDecoder().decode(name)]);
    at += FILE_EVENT_BYTES + Math.ceil(length / 4) * 4;
  }
  return events;
}

function watch(loop: RawLoop, directory: string): Native {
  const uv = bind("uv_fs_event_init", "uv_fs_event_start");
  const init = (handle: Pointer): number => uv.uv_fs_event_init(loop.pointer, handle);
  const watcher = loop.handle("watcher", uv_handle_type.UV_FS_EVENT, init);
  const { on_fs_event } = loop.callbacks.pointers;
  const path = loop.text(directory).pointer;
  assert.equal(uv.uv_fs_event_start(watcher.pointer, on_fs_event, path, 0), 0);
  return watcher;
}

function poll(loop: RawLoop, path: string): Native {
  const uv = bind("uv_fs_poll_init", "uv_fs_poll_start");
  const init = (handle: Pointer): number => uv.uv_fs_poll_init(loop.pointer, handle);
  const poller = loop.handle("poller", uv_handle_type.UV_FS_POLL, init);
  const { on_fs_poll } = loop.callbacks.pointers;
  assert.equal(uv.uv_fs_poll_start(poller.pointer, on_fs_poll, loop.text(path).pointer, 5), 0);
  return poller;
}

testBothMakes("uv_fs_cb records the request, whose result is in the request", (loop) => {
  const uv = bind("uv_fs_stat", "uv_fs_get_result", "uv_fs_req_cleanup");
  return inFolder(({ path: directory }) => {
    const path = join(directory, "five");
    writeFileSync(path, "12345");
    const request = loop.request("stat", uv_req_type.UV_FS);
    const { on_fs } = loop.callbacks.pointers;
    uv.uv_fs_stat(loop.pointer, request.pointer, loop.text(path).pointer, on_fs);
    loop.runUntilEvent("FS");
    assert.deepEqual(loop.events, [{ of: "stat", kind: "FS", a: 0, b: 0, c: 0 }]);
    assert.equal(Number(uv.uv_fs_get_result(request.pointer)), 0);
    const size = runtime().word(request.pointer, uv_fs_t.statbuf + uv_stat_t.st_size);
    uv.uv_fs_req_cleanup(request.pointer);
    assert.equal(size, 5);
    return size;
  });
});

testBothMakes("uv_fs_event_cb packs the events of a turn into a block", (loop) => {
  inFolder(({ path: directory }) => {
    const watcher = watch(loop, directory);
    for (const name of ["größe", "b", "four"]) mkdirSync(join(directory, name));
    const { a, b, c } = loop.runUntilEvent("FS_EVENT");
    assert.deepEqual([a, c], [0, 3 * 8 + 8 + 4 + 4]);
    const { UV_RENAME } = uv_fs_event;
    assert.deepEqual(eventsOf(loop.readBlock(b, c)), [
      [UV_RENAME, "größe"],
      [UV_RENAME, "b"],
      [UV_RENAME, "four"],
    ]);
    loop.closeHandle(watcher);
  });
});

testBothMakes("an event that fits in the block no more begins another record", (loop) => {
  inFolder(({ path: directory }) => {
    const watcher = watch(loop, directory);
    for (const name of ["one", "two", "three", "x".repeat(20)]) mkdirSync(join(directory, name));
    loop.runUntil(() => loop.events.length >= 2);
    const names = loop.events.map(({ b, c }) =>
      eventsOf(loop.readBlock(b, c)).map(([, name]) => name)
    );
    assert.deepEqual(names, [["one", "two", "three"], ["x".repeat(20)]]);
    loop.closeHandle(watcher);
  });
}, { blockBytes: 48 });

testBothMakes("a name longer than the block is cut", (loop) => {
  inFolder(({ path: directory }) => {
    const watcher = watch(loop, directory);
    mkdirSync(join(directory, "abcdefghijklmnopqrstuvwxyz"));
    const { b, c } = loop.runUntilEvent("FS_EVENT");
    assert.deepEqual(eventsOf(loop.readBlock(b, c)), [[uv_fs_event.UV_RENAME, "abcdefghijklmno"]]);
    loop.closeHandle(watcher);
  });
}, { blockBytes: 27 });

testBothMakes("without blocks file events are counted and recorded once", (loop) => {
  inFolder(({ path: directory }) => {
    const watcher = watch(loop, directory);
    loop.takeAllBlocks();
    for (const name of ["one", "two", "three"]) mkdirSync(join(directory, name));
    loop.runUntil(() => loop.pending(watcher) === 3);
    const expected = { kind: "FS_EVENT", a: 0, b: NO_BLOCK, c: uv_fs_event.UV_RENAME };
    assert.deepEqual(loop.events, [{ of: "watcher", ...expected }]);
    loop.giveAllBlocks();
    loop.closeHandle(watcher);
  });
});

testBothMakes("uv_fs_poll_cb records both stats in a block", (loop) => {
  return inFolder(({ path: directory }) => {
    const path = join(directory, "growing");
    writeFileSync(path, "1");
    const poller = poll(loop, path);
    // The first stat is what later ones are compared with; its completion is the first event.
    loop.core.uv_run(loop.pointer, uv_run_mode.UV_RUN_ONCE);
    writeFileSync(path, "12345");
    const { a, b, c } = loop.runUntilEvent("FS_POLL");
    const block = new DataView(loop.readBlock(b, 2 * uv_stat_t.size).buffer);
    const sizes = [0, uv_stat_t.size].map((at) =>
      Number(block.getBigUint64(at + uv_stat_t.st_size, true))
    );
    loop.closeHandle(poller);
    loop.events.length = 0; // the truncation of the file may have been seen on its own
    assert.deepEqual([a, c], [0, 0]);
    assert.equal(sizes[0], 1);
    assert.ok(sizes[1] === 5 || sizes[1] === 0);
  });
});

testBothMakes("uv_fs_poll_cb records the error of a missing file", (loop) => {
  const poller = poll(loop, "/nonexistent/file");
  const { a, b } = loop.runUntilEvent("FS_POLL");
  assert.equal(a, uv_errno_t.UV_ENOENT);
  loop.readBlock(b, 0);
  loop.closeHandle(poller);
});

testBothMakes("uv_fs_poll_cb without a block is recorded without the stats", (loop) => {
  loop.takeAllBlocks();
  const poller = poll(loop, "/nonexistent/file");
  assert.equal(loop.runUntilEvent("FS_POLL").b, NO_BLOCK);
  loop.giveAllBlocks();
  loop.closeHandle(poller);
});

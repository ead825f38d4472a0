import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type Pointer,
  struct,
  textAt,
  uv_dirent_type_t,
  uv_errno_t,
  uv_handle_type,
} from "../../ffi/mod.ts";
import { inFolder } from "../fixtures/fs_folder.ts";
import { assertOk, type RawProgram } from "./raw_program.ts";
import { testRaw } from "./raw_test_program.ts";

const { UV_EINVAL, UV_ENOBUFS, UV_ENOENT, UV_EOF } = uv_errno_t;

testRaw("F10 cleanup frees what a request holds, twice without harm", (p) => {
  const request = p.memory.allocate("uv_fs_t");
  const { pointer } = request;
  const path = p.memory.text("/proc/self/exe").pointer;
  assert.equal(p.uv.uv_fs_readlink(null, pointer, path, null), 0);
  const view = struct("uv_fs_t", request);
  assert.ok((textAt(view.ptr) ?? "").startsWith("/"));
  assert.equal(textAt(p.uv.uv_fs_get_path(pointer)), "/proc/self/exe");
  p.uv.uv_fs_req_cleanup(pointer);
  assert.equal(view.ptr, null);
  assert.equal(view.path, null);
  p.uv.uv_fs_req_cleanup(pointer);
});

testRaw("F10 a scandir may be given up before its end, or not begun at all", (p) => {
  inFolder(({ path: folder }) => {
    writeFileSync(join(folder, "file"), "");
    mkdirSync(join(folder, "folder"));
    const path = p.memory.text(folder).pointer;
    const [request, entry] = [p.memory.allocate("uv_fs_t"), p.memory.allocate("uv_dirent_t")];
    assert.equal(p.uv.uv_fs_scandir(null, request.pointer, path, 0, null), 2);
    p.uv.uv_fs_req_cleanup(request.pointer);
    assert.equal(p.uv.uv_fs_scandir(null, request.pointer, path, 0, null), 2);
    const found = new Map<string | null, number>();
    while (p.uv.uv_fs_scandir_next(request.pointer, entry.pointer) !== UV_EOF) {
      const { name, type } = struct("uv_dirent_t", entry);
      found.set(textAt(name), type);
    }
    const { UV_DIRENT_FILE, UV_DIRENT_DIR } = uv_dirent_type_t;
    assert.deepEqual(found, new Map([["file", UV_DIRENT_FILE], ["folder", UV_DIRENT_DIR]]));
    p.uv.uv_fs_req_cleanup(request.pointer);
  });
});

testRaw("F2 errors come as the result of a request, with a callback and without", (p) => {
  const request = p.memory.allocate("uv_fs_t");
  const path = p.memory.text("/no/such/file").pointer;
  assert.equal(p.uv.uv_fs_stat(null, request.pointer, path, null), UV_ENOENT);
  p.uv.uv_fs_req_cleanup(request.pointer);
  const results: number[] = [];
  const onStat = p.callback("uv_fs_cb", (each) => {
    results.push(struct("uv_fs_t", each).result);
    p.uv.uv_fs_req_cleanup(each);
  });
  assert.equal(p.uv.uv_fs_stat(p.loop, request.pointer, path, onStat), 0);
  p.runUntil(() => results.length > 0);
  assert.deepEqual(results, [UV_ENOENT]);
});

/** What `uv_fs_event_getpath` and `uv_fs_poll_getpath` have in common. */
function assertGetPath(
  p: RawProgram,
  path: string,
  get: (buffer: Pointer, size: Pointer) => number,
  start: () => void,
  stop: () => void,
): void {
  const [buffer, size] = [p.memory.allocate(1024), p.memory.allocate(8)];
  const ask = (room: number): number => {
    size.view.setBigUint64(0, BigInt(room), true);
    return get(buffer.pointer, size.pointer);
  };
  assert.equal(ask(1024), UV_EINVAL, "before the start");
  start();
  assert.equal(ask(path.length), UV_ENOBUFS);
  assert.equal(Number(size.view.getBigUint64(0, true)), path.length + 1, "with the NUL");
  assert.equal(ask(1024), 0);
  assert.equal(textAt(buffer.pointer), path);
  assert.equal(Number(size.view.getBigUint64(0, true)), path.length);
  stop();
  assert.equal(ask(1024), UV_EINVAL, "after the stop");
}

testRaw("E5 fs_event getpath: exact, ENOBUFS when short, EINVAL when stopped", (p) => {
  inFolder(({ path: folder }) => {
    const event = p.handle("uv_fs_event_t", (each) => p.uv.uv_fs_event_init(p.loop, each)).pointer;
    const path = p.memory.text(folder).pointer;
    const onEvent = p.noting("uv_fs_event_cb", "event");
    assertGetPath(
      p,
      folder,
      (buffer, size) => p.uv.uv_fs_event_getpath(event, buffer, size),
      () => assertOk(p.uv.uv_fs_event_start(event, onEvent, path, 0), "start"),
      () => assertOk(p.uv.uv_fs_event_stop(event), "stop"),
    );
  });
});

testRaw("E5 fs_poll getpath: exact, ENOBUFS when short, EINVAL when stopped", (p) => {
  const poll = p.handle("uv_fs_poll_t", (each) => p.uv.uv_fs_poll_init(p.loop, each)).pointer;
  const path = p.memory.text("/tmp").pointer;
  const onPoll = p.noting("uv_fs_poll_cb", "poll");
  assertGetPath(
    p,
    "/tmp",
    (buffer, size) => p.uv.uv_fs_poll_getpath(poll, buffer, size),
    () => assertOk(p.uv.uv_fs_poll_start(poll, onPoll, path, 100), "start"),
    () => assertOk(p.uv.uv_fs_poll_stop(poll), "stop"),
  );
});

testRaw("E7 an fs_poll is closed with its request under way, after ten starts and stops", (p) => {
  const path = p.memory.text(import.meta.filename as string).pointer;
  const onPoll = p.noting("uv_fs_poll_cb", "poll");
  for (const rounds of [1, 10]) {
    const poll = p.handle("uv_fs_poll_t", (each) => p.uv.uv_fs_poll_init(p.loop, each)).pointer;
    for (let i = 0; i < rounds; i++) {
      assert.equal(p.uv.uv_fs_poll_start(poll, onPoll, path, 100), 0);
      if (i < rounds - 1) assert.equal(p.uv.uv_fs_poll_stop(poll), 0);
    }
    assert.equal(p.uv.uv_handle_get_type(poll), uv_handle_type.UV_FS_POLL);
    p.close(poll, p.noting("uv_close_cb", "closed"));
    p.run();
  }
  assert.deepEqual(p.events, ["closed", "closed"]);
});

/** libuv's thread pool, which all loops of the process share: held up, and known to have worked. */
import assert from "node:assert/strict";
import process from "node:process";
import { uv_req_type } from "../../ffi/libuv/constants.ts";
import { uv_buf_t } from "../../ffi/libuv/layouts.ts";
import { openLibrary } from "../../ffi/libuv/library.ts";
import { symbols } from "../../ffi/libuv/symbols.ts";
import { NativeLoop } from "../../ffi/native_loop.ts";
import { done, type IoEvent, Loop, ok } from "../../src/mod.ts";
import { closeFd, pipePair } from "../fixtures/handle_system.ts";

/** What libuv starts without `UV_THREADPOOL_SIZE`. */
const THREADS = 4;
const THREADS_MAX = 1024;

/**
 * Does something while every thread of the pool is busy, reading from a pipe that says nothing:
 * whatever is asked of the pool meanwhile waits.
 */
export function withBusyThreadPool<T>(body: () => T): T {
  const [readable, writable] = pipePair();
  const reads = new BlockedReads(readable);
  try {
    return body();
  } finally {
    closeFd(writable);
    reads.finish();
    closeFd(readable);
  }
}

/**
 * Returns when the pool has begun all lookups that it was asked for before: they wait in one queue,
 * and this one is the last in it.
 */
export function passLookupQueue(): void {
  using loop = Loop.create().instantiate(undefined);
  let isAnswered = false;
  loop.addMachine((scope) => {
    scope.resolve("127.0.0.1", { numericHost: true });
    return ok({
      ready: ({ kind }: IoEvent) => {
        isAnswered = kind === "resolved";
        return done();
      },
    });
  });
  loop.run();
  assert.ok(isAnswered, "the last of the queue was looked up");
}

/** As `passLookupQueue`, for all that is no lookup. */
export function passPoolQueue(): void {
  using loop = Loop.create().instantiate(undefined);
  loop.addMachine((scope) => {
    scope.fs.stat("/");
    return ok({ ready: () => done() });
  });
  loop.run();
}

/** As many reads as the pool has threads. */
class BlockedReads {
  readonly #loop = new NativeLoop(4096);
  readonly #uv = openLibrary().bind({
    uv_fs_read: symbols.uv_fs_read,
    uv_fs_req_cleanup: symbols.uv_fs_req_cleanup,
  });
  readonly #count = Math.min(Number(process.env.UV_THREADPOOL_SIZE ?? THREADS), THREADS_MAX);
  readonly #requests = Array.from(
    { length: this.#count },
    () => this.#loop.requestCell(uv_req_type.UV_FS),
  );

  constructor(fd: number) {
    const { arena, callbacks, pointer, ring } = this.#loop;
    assert.equal(this.#loop.open(), 0);
    ring.reserve(this.#count);
    const { region, offset, address, pointer: buf } = arena.take(uv_buf_t.size + 1);
    region.setWord(offset + uv_buf_t.base, address + uv_buf_t.size);
    region.setWord(offset + uv_buf_t.len, 1);
    for (const request of this.#requests) {
      const { on_fs } = callbacks;
      assert.equal(this.#uv.uv_fs_read(pointer, request.pointer, fd, buf, 1, -1, on_fs), 0);
    }
  }

  /** Waits for all of them: the pipe must be at its end. */
  finish(): void {
    while (this.#loop.ring.count < this.#count) this.#loop.run(true);
    for (const { pointer } of this.#requests) this.#uv.uv_fs_req_cleanup(pointer);
    assert.equal(this.#loop.close(), 0);
    this.#loop.free();
  }
}

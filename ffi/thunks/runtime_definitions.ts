import { uv_handle_t, uv_stat_t } from "../libuv/layouts.ts";
import { openLibrary } from "../libuv/library.ts";
import { ring as ringLayout } from "../memory/ring_layout.ts";
import type { Ring } from "../memory/ring.ts";
import type { ParameterType, Pointer, Result } from "../runtime/contract.ts";
import { runtime } from "../runtime/current.ts";
import { type EntryPoint, kind, NO_BLOCK } from "./kinds.ts";
import { type Cell, cellAt, cellOf } from "./ring_registry.ts";
import { onFsEvent } from "./runtime_file_callbacks.ts";
import { append, copyToBlock, countPending, lease } from "./runtime_record.ts";
import { onAlloc, onConnection, onRead, onSubmit } from "./runtime_stream_callbacks.ts";
import { onUdpAlloc, onUdpRecv } from "./runtime_udp_callbacks.ts";

const TURNS = ringLayout.turns / 4;
const READING = ringLayout.reading / 4;

/** A libuv callback made of TypeScript. */
export interface Definition {
  /** What follows the handle or request. */
  readonly parameters: readonly ParameterType[];
  /** Finds the cell, by default that of the handle or request. */
  readonly cell: (handle: Pointer, second: Pointer) => Cell;
  readonly body: (cell: Cell, handle: Pointer, ...rest: never[]) => void;
}

type Body<P extends readonly ParameterType[]> = (
  cell: Cell,
  handle: Pointer,
  ...rest: { -readonly [K in keyof P]: Result<P[K]> }
) => void;

function define<const P extends readonly ParameterType[]>(
  parameters: P,
  body: Body<P>,
  cell: Definition["cell"] = cellOf,
): Definition {
  return { parameters, body: body as Definition["body"], cell };
}

/** `(handle)`: the event says everything. */
const plain = (k: number): Definition => define([], (cell) => append(cell, k));

/** `(request, int status)` */
const status = (k: number): Definition =>
  define(["i32"], (cell, _request, status) => append(cell, k, status));

/** The entry points of `thunks.c`; what each does is said there. */
export const definitions: Readonly<Record<EntryPoint, Definition>> = {
  on_close: plain(kind.CLOSE),
  on_timer: define([], (cell, timer) => {
    readTime(cell.ring, timer);
    append(cell, kind.TIMER);
  }),
  on_async: plain(kind.ASYNC),
  on_prepare: plain(kind.PREPARE),
  on_check: plain(kind.CHECK),
  on_idle: plain(kind.IDLE),
  on_turn: define([], ({ ring }, check) => {
    readTime(ring, check);
    ring.header.u32[READING] = 0;
    ring.header.u32[TURNS] = ring.turns + 1;
    ring.small.noteLow();
    ring.large.noteLow();
  }),
  on_submit: define([], onSubmit),
  on_fs: plain(kind.FS),
  on_connect: status(kind.CONNECT),
  on_write: status(kind.WRITE),
  on_shutdown: status(kind.SHUTDOWN),
  on_udp_send: status(kind.UDP_SEND),
  on_after_work: status(kind.AFTER_WORK),
  on_signal: define(["i32"], (cell, _handle, signum) => {
    if (countPending(cell)) append(cell, kind.SIGNAL, signum);
  }),
  on_connection: define(["i32"], onConnection),
  on_alloc: define(["u64", "pointer"], onAlloc),
  on_read: define(["i64", "pointer"], onRead),
  on_udp_alloc: define(["u64", "pointer"], onUdpAlloc),
  on_udp_recv: define(["i64", "pointer", "pointer", "u32"], onUdpRecv),
  on_walk: define(
    ["pointer"],
    (cell, handle) => append(cell, kind.WALK, 0, address(handle)),
    (_handle, walker) => cellAt(address(walker)),
  ),
  on_poll: define(
    ["i32", "i32"],
    (cell, _handle, status, events) => {
      if (status < 0 || countPending(cell)) append(cell, kind.POLL, status, events);
    },
  ),
  on_exit: define(
    ["i64", "i32"],
    (cell, _process, code, signum) => append(cell, kind.EXIT, signum, Number(code)),
  ),
  on_getaddrinfo: define(
    ["i32", "pointer"],
    (cell, _request, status, list) => append(cell, kind.GETADDRINFO, status, address(list)),
  ),
  on_getnameinfo: define(
    ["i32", "pointer", "pointer"],
    (cell, _request, status, host, service) =>
      append(cell, kind.GETNAMEINFO, status, address(host), address(service)),
  ),
  on_random: define(
    ["i32", "pointer", "u64"],
    (cell, _request, status, buffer, length) =>
      append(cell, kind.RANDOM, status, address(buffer), Number(length)),
  ),
  on_fs_poll: define(["i32", "pointer", "pointer"], (cell, _handle, status, previous, current) => {
    const block = lease(cell.ring);
    if (block !== NO_BLOCK) {
      copyToBlock(cell.ring, block, 0, previous as Pointer, uv_stat_t.size);
      copyToBlock(cell.ring, block, uv_stat_t.size, current as Pointer, uv_stat_t.size);
    }
    append(cell, kind.FS_POLL, status, block);
  }),
  on_fs_event: define(["pointer", "i32", "i32"], onFsEvent),
};

function address(pointer: Pointer | null): number {
  return runtime().address(pointer);
}

function readTime(ring: Ring, handle: Pointer): void {
  const loop = runtime().pointer(runtime().word(handle, uv_handle_t.loop));
  ring.now = Number(openLibrary().core.uv_now(loop));
}

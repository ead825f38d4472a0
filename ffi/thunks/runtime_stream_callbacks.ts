/** The callbacks of listeners and streams, as in `thunks.c`, made of TypeScript. */
import { openLibrary } from "../libuv/library.ts";
import { uv_errno_t } from "../libuv/errno.ts";
import { uv_buf_t, uv_handle_t } from "../libuv/layouts.ts";
import {
  cell as cellLayout,
  ring as ringLayout,
  stock as stockLayout,
} from "../memory/ring_layout.ts";
import type { Ring } from "../memory/ring.ts";
import { system } from "../memory/system.ts";
import type { Pointer } from "../runtime/contract.ts";
import { runtime } from "../runtime/current.ts";
import { kind, LEFT_BLOCK, NO_BLOCK, READS_MAX } from "./kinds.ts";
import { type Cell, cellOf } from "./ring_registry.ts";
import {
  append,
  describeBuf,
  giveBack,
  handOut,
  isLeasedLarge,
  lease,
  takeLeased,
} from "./runtime_record.ts";
import { makeSends } from "./runtime_udp_callbacks.ts";

const WRITE_COUNT = ringLayout.write_count / 4;
const LEASED = ringLayout.leased / 4;
const LARGE_FROM = ringLayout.large_from / 4;
const READING = ringLayout.reading / 4;
const READS = ringLayout.reads / 4;
const COUNT = stockLayout.count / 4;
const PAUSED = stockLayout.paused / 4;
const FAILED = stockLayout.failed / 4;
const SLOT = cellLayout.slot / 4;
const GENERATION = cellLayout.generation / 4;
const WANTS_LARGE = cellLayout.wants_large / 4;

/** `uv_connection_cb`: accepts into a handle from the stock; see `thunks.c` for the reserve. */
export function onConnection(cell: Cell, server: Pointer, status: number): void {
  const stock = runtime().pointer(runtime().word(cell.pointer, cellLayout.extra)) as Pointer;
  const words = new Int32Array(runtime().arrayBuffer(stock, stockLayout.size));
  if (status < 0) {
    giveUpReserve(cell.ring, status, words);
    if (words[FAILED] === 0) append(cell, kind.CONNECTION_FAILED, status);
    words[FAILED] = 1;
    return;
  }
  const count = words[COUNT] as number;
  if (words[PAUSED] !== 0 || count === 0) {
    append(cell, kind.CONNECTION_WAITING);
    return;
  }
  words[COUNT] = count - 1;
  const address = runtime().word(stock, stockLayout.handles + (count - 1) * 8);
  const client = runtime().pointer(address) as Pointer;
  const accepted = openLibrary().core.uv_accept(server, client);
  const { words: clientWords } = cellOf(client);
  const slot = clientWords[SLOT] as number >>> 0;
  append(cell, kind.CONNECTION, accepted, slot, clientWords[GENERATION] as number >>> 0);
}

function giveUpReserve(ring: Ring, status: number, stock: Int32Array): void {
  if (status !== uv_errno_t.UV_EMFILE && status !== uv_errno_t.UV_ENFILE) return;
  if (ring.reserveFd < 0) return;
  system().close(ring.reserveFd);
  ring.reserveFd = -1;
  stock[PAUSED] = 1;
}

/** The loop's own `uv_prepare_cb`: makes the writes that were submitted; see `thunks.c`. */
export function onSubmit({ ring }: Cell, prepare: Pointer): void {
  const { core } = openLibrary();
  let unread = ring.count > 0;
  const count = ring.header.u32[WRITE_COUNT] as number;
  ring.header.u32[WRITE_COUNT] = 0;
  for (let i = 0; i < count; i++) {
    const { stream, buffers, count: buffersCount } = ring.writes.read(i);
    if (buffersCount === 0) continue;
    const bufs = runtime().pointer(buffers) as Pointer;
    const handle = runtime().pointer(stream) as Pointer;
    const result = core.uv_try_write(handle, bufs, buffersCount);
    ring.writes.setResult(i, result);
    if (result !== byteLength(bufs, buffersCount)) unread = true;
  }
  if (makeSends(ring)) unread = true;
  if (unread) core.uv_stop(runtime().pointer(runtime().word(prepare, uv_handle_t.loop)));
}

/** Bytes of an array of `uv_buf_t`. */
function byteLength(bufs: Pointer, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += runtime().word(bufs, i * uv_buf_t.size + uv_buf_t.len);
  return sum;
}

/** `uv_alloc_cb` of streams. */
export function onAlloc(
  { ring, words }: Cell,
  _handle: Pointer,
  _suggested: unknown,
  buf: Pointer | null,
): void {
  if (hasReadEnough(ring, words)) {
    ring.header.u32[LEASED] = LEFT_BLOCK;
    return describeBuf(buf as Pointer, 0, 0);
  }
  const block = leaseFor(ring, words[WANTS_LARGE] !== 0);
  const { blockBytes } = isLeasedLarge(ring) ? ring.large : ring.small;
  handOut(ring, block, buf as Pointer, blockBytes);
}

function hasReadEnough({ header }: Ring, cell: Int32Array): boolean {
  const { u32 } = header;
  const stream = (cell[SLOT] as number) + 1;
  const reads = u32[READING] === stream ? u32[READS] as number : 0;
  u32[READING] = stream;
  u32[READS] = reads === READS_MAX ? 0 : reads + 1;
  return reads === READS_MAX;
}

function leaseFor(ring: Ring, wantsLarge: boolean): number {
  const block = lease(ring, wantsLarge);
  ring.header.u32[LEASED] = block;
  return block;
}

/** `uv_read_cb`. */
export function onRead(cell: Cell, stream: Pointer, nread: number | bigint): void {
  const { ring } = cell;
  const length = Number(nread);
  const block = takeLeased(ring);
  if (block === LEFT_BLOCK) return;
  if (length > 0) {
    const wanted = cell.words[WANTS_LARGE] !== 0;
    cell.words[WANTS_LARGE] = length >= (ring.header.u32[LARGE_FROM] as number) ? 1 : 0;
    append(cell, wanted === isLeasedLarge(ring) ? kind.READ : kind.READ_SUBSTITUTE, block, length);
    return;
  }
  if (block === NO_BLOCK && length === uv_errno_t.UV_ENOBUFS) {
    openLibrary().core.uv_read_stop(stream);
    append(cell, kind.STARVED);
    return;
  }
  if (block !== NO_BLOCK) giveBack(ring, block);
  if (length < 0) append(cell, kind.READ_ENDED, length);
}

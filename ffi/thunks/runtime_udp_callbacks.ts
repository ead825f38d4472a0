/** The callbacks of datagrams, as in `thunks.c`, made of TypeScript. */
import { uv_udp_flags } from "../libuv/constants.ts";
import { uv_errno_t } from "../libuv/errno.ts";
import { uv_buf_t } from "../libuv/layouts.ts";
import { udpFunctions } from "../libuv/udp.ts";
import { cell as cellLayout, ring as ringLayout } from "../memory/ring_layout.ts";
import type { Ring } from "../memory/ring.ts";
import type { Pointer } from "../runtime/contract.ts";
import { runtime } from "../runtime/current.ts";
import { kind, NO_BLOCK, UDP_ADDRESS_BYTES, UDP_CHUNK_BYTES, UDP_CHUNKS_MAX } from "./kinds.ts";
import type { Cell } from "./ring_registry.ts";
import {
  append,
  copyToBlock,
  countPending,
  describeBuf,
  giveBack,
  handOut,
  isLeasedLarge,
  lease,
  takeLeased,
} from "./runtime_record.ts";

const LEASED = ringLayout.leased / 4;
const SEND_COUNT = ringLayout.send_count / 4;
const WANTS_LARGE = cellLayout.wants_large / 4;

/** Sends the datagrams that were submitted. True where one was not sent. */
export function makeSends(ring: Ring): boolean {
  const count = ring.header.u32[SEND_COUNT] as number;
  ring.header.u32[SEND_COUNT] = 0;
  let hasFailed = false;
  const full = new Set<number>();
  for (let i = 0; i < count; i++) {
    const { handle, buffers, count: buffersCount, address } = ring.sends.read(i);
    if (buffersCount === 0) continue;
    if (full.has(handle)) {
      ring.sends.setResult(i, uv_errno_t.UV_EAGAIN); // it must not overtake
      continue;
    }
    const result = udpFunctions().uv_udp_try_send(
      runtime().pointer(handle),
      runtime().pointer(buffers),
      buffersCount,
      runtime().pointer(address),
    );
    ring.sends.setResult(i, result);
    if (result < 0) hasFailed = true;
    if (result === uv_errno_t.UV_EAGAIN || result === uv_errno_t.UV_ENOBUFS) full.add(handle);
  }
  return hasFailed;
}

/** `uv_alloc_cb` of datagrams; see `thunks.c` for those that come many at once. */
export function onUdpAlloc(
  { ring, words, pointer }: Cell,
  _handle: Pointer,
  _size: unknown,
  given: Pointer | null,
): void {
  const buf = given as Pointer;
  const { small, large, header } = ring;
  const wantsLarge = words[WANTS_LARGE] !== 0;
  const extra = runtime().word(pointer, cellLayout.extra);
  header.u32[LEASED] = NO_BLOCK;
  if (extra !== 0) {
    const blocks = wantsLarge ? large.count : small.count + large.count;
    const chunks = Math.min(blocks, UDP_CHUNKS_MAX);
    describeBuf(buf, chunks === 0 ? 0 : extra, chunks * UDP_CHUNK_BYTES);
    return;
  }
  const block = wantsLarge && large.count === 0 ? NO_BLOCK : lease(ring, wantsLarge);
  header.u32[LEASED] = block;
  handOut(ring, block, buf, datagramRoom(ring));
}

/** Bytes of the block that was leased last: its end is for the sender's address. */
function datagramRoom(ring: Ring): number {
  const { blockBytes } = isLeasedLarge(ring) ? ring.large : ring.small;
  return blockBytes > UDP_ADDRESS_BYTES ? blockBytes - UDP_ADDRESS_BYTES : blockBytes;
}

/** `uv_udp_recv_cb`: the address is only lent for the length of the call. */
export function onUdpRecv(
  cell: Cell,
  _handle: Pointer,
  nread: number | bigint,
  buf: Pointer | null,
  address: Pointer | null,
  flags: number,
): void {
  const { ring } = cell;
  const isChunk = (flags & uv_udp_flags.UV_UDP_MMSG_CHUNK) !== 0;
  if (isChunk) takeChunk(ring, Number(nread), buf as Pointer);
  const block = takeLeased(ring);
  const hasAddress = address !== null && runtime().address(address) !== 0;
  const received = Number(nread);
  if (received < 0) {
    if (block !== NO_BLOCK) giveBack(ring, block);
    if (countPending(cell)) append(cell, kind.UDP_RECV, NO_BLOCK, received, flags);
    return;
  }
  if (block === NO_BLOCK) return;
  if (received === 0 && !hasAddress) return giveBack(ring, block);
  const room = datagramRoom(ring);
  const length = Math.min(received, room);
  const allFlags = length < received ? flags | uv_udp_flags.UV_UDP_PARTIAL : flags;
  if (hasAddress) copyToBlock(ring, block, room, address, UDP_ADDRESS_BYTES);
  append(cell, kind.UDP_RECV, block, length, allFlags + (hasAddress ? 2 ** 32 : 0));
}

/** Copies one datagram of many to a block of the right size, where there is one. */
function takeChunk(ring: Ring, received: number, buf: Pointer): void {
  const block = lease(ring, received > ring.small.blockBytes - UDP_ADDRESS_BYTES);
  ring.header.u32[LEASED] = block;
  const length = Math.min(received, datagramRoom(ring));
  if (block === NO_BLOCK || length === 0) return;
  const from = runtime().pointer(runtime().word(buf, uv_buf_t.base)) as Pointer;
  copyToBlock(ring, block, 0, from, length);
}

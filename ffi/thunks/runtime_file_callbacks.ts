/** `on_fs_event` of `thunks.c`, for callbacks made of TypeScript. */
import { recordWords, type Ring } from "../memory/ring.ts";
import { cell as cellLayout } from "../memory/ring_layout.ts";
import type { Pointer } from "../runtime/contract.ts";
import { runtime } from "../runtime/current.ts";
import { FILE_EVENT_BYTES, kind, NO_BLOCK } from "./kinds.ts";
import type { Cell } from "./ring_registry.ts";
import { append, bytes, countPending, lease } from "./runtime_record.ts";

/** Here the number of the record, from 1: nobody but these callbacks looks into it. */
const EXTRA = cellLayout.extra / 4;
/** What an event takes besides its name, and the padding of that at the most. */
const ROOM_BYTES = FILE_EVENT_BYTES + 4;
/** No file system has longer names (`NAME_MAX`); a long view of native memory costs time. */
const NAME_BYTES_MAX = 255;

/** Packs a file event behind the one before. */
export function onFsEvent(
  cell: Cell,
  _handle: Pointer,
  name: Pointer | null,
  events: number,
  status: number,
): void {
  const { ring } = cell;
  const text = nameOf(name, Math.min(ring.small.blockBytes - ROOM_BYTES, NAME_BYTES_MAX));
  let at = recordAt(cell);
  if (at < 0 || status < 0 || used(ring, at) + ROOM_BYTES + text.length > ring.small.blockBytes) {
    const block = status < 0 ? NO_BLOCK : lease(ring);
    if (block === NO_BLOCK) {
      if (countPending(cell)) append(cell, kind.FS_EVENT, status, NO_BLOCK, events);
      return;
    }
    append(cell, kind.FS_EVENT, 0, block, 0);
    cell.words[EXTRA] = ring.count;
    at = recordAt(cell);
  }
  const block = ring.words[at + recordWords.b] as number;
  const pointer = runtime().pointer(ring.blockAddress(block) + used(ring, at)) as Pointer;
  const entry = new DataView(runtime().arrayBuffer(pointer, FILE_EVENT_BYTES + text.length));
  entry.setUint32(0, events, true);
  entry.setUint32(4, text.length, true);
  for (let i = 0; i < text.length; i++) entry.setUint8(FILE_EVENT_BYTES + i, text[i] as number);
  ring.words[at + recordWords.c] = used(ring, at) + FILE_EVENT_BYTES + ((text.length + 3) & ~3);
}

/** The first word of the handle's last record, or a negative number. */
function recordAt({ words }: Cell): number {
  return ((words[EXTRA] as number) - 1) * recordWords.length;
}

function used(ring: Ring, at: number): number {
  return ring.words[at + recordWords.c] as number;
}

/** Byte by byte: nothing may read past the NUL, where the memory may end. */
function nameOf(name: Pointer | null, lengthMax: number): Uint8Array {
  if (name === null || runtime().address(name) === 0) return new Uint8Array(0);
  const text = bytes(name, lengthMax);
  let length = 0;
  while (length < lengthMax && text[length] !== 0) length++;
  return text.subarray(0, length);
}

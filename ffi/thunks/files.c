/* What is watched in the file system. A part of `thunks.c`. */

#include "ring.h"

#define STAT_BYTES 160u

/* Both stat structures are lent for the call: the previous one first, then the current one. */
void on_fs_poll(struct handle* handle, int status, const u8* previous, const u8* current) {
  struct ring* ring = handle->data->ring;
  u32 block = lease(ring, 0);
  if (block != NO_BLOCK) {
    copy(ring->blocks[block], previous, STAT_BYTES);
    copy(ring->blocks[block] + STAT_BYTES, current, STAT_BYTES);
  }
  append(handle->data, FS_POLL, status, block, 0);
}

/*
 * File events come without bound in one turn, so they are packed behind each other into blocks, one
 * record for each block: that of `extra` as long as it is the handle's last and nobody has read it.
 * An event is its flags, the length of the name, and the name, padded to four bytes.
 *
 * Those that find no block are only counted, and the count tells TypeScript that the names are
 * incomplete, as inotify's own overflow event does.
 */
void on_fs_event(struct handle* handle, const u8* name, int events, int status) {
  struct cell* cell = handle->data;
  struct ring* ring = cell->ring;
  struct record* record = cell->extra;
  u64 length = 0;
  while (name != 0 && name[length] != 0 && length + 12 < ring->small.block_bytes) length++;
  if (record == 0 || status < 0 || record->c + 12 + length > ring->small.block_bytes) {
    u32 block = status < 0 ? NO_BLOCK : lease(ring, 0);
    if (block == NO_BLOCK) {
      if (cell->pending++ == 0) append(cell, FS_EVENT, status, NO_BLOCK, events);
      return;
    }
    record = append(cell, FS_EVENT, 0, block, 0);
    cell->extra = record;
    if (record == 0) return;
  }
  u8* entry = ring->blocks[record->b] + record->c;
  ((u32*)entry)[0] = (u32)events;
  ((u32*)entry)[1] = (u32)length;
  copy(entry + 8, name, length);
  record->c += 8 + ((length + 3) & ~3ul);
}

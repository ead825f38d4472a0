/* Records, and the blocks that reads are given. */

#pragma once

#include "layout.h"

static inline struct record* append(struct cell* cell, u32 kind, i32 a, i64 b, i64 c) {
  struct ring* ring = cell->ring;
  if (ring->count >= ring->capacity) {
    ring->lost++;
    return 0;
  }
  struct record* record = &ring->records[ring->count++];
  record->slot = cell->slot;
  record->generation = cell->generation;
  record->kind = kind;
  record->a = a;
  record->b = b;
  record->c = c;
  return record;
}

/* Where there is no block of the right size, the other one serves. */
static inline u32 lease(struct ring* ring, u32 large) {
  struct shelf* shelf = large ? &ring->large : &ring->small;
  if (shelf->count == 0) {
    large = !large;
    shelf = large ? &ring->large : &ring->small;
    if (shelf->count == 0) return NO_BLOCK;
  }
  ring->leased_large = large;
  return shelf->free[--shelf->count];
}

/* Gives libuv the memory of a block to read into, or none. */
static inline void hand_out(struct ring* ring, u32 large, struct buf* buf) {
  u32 block = lease(ring, large);
  ring->leased = block;
  buf->base = block == NO_BLOCK ? 0 : ring->blocks[block];
  if (block == NO_BLOCK) buf->len = 0;
  else buf->len = ring->leased_large ? ring->large.block_bytes : ring->small.block_bytes;
}

/* Of the block that was leased last. */
static inline void give_back(struct ring* ring, u32 block) {
  struct shelf* shelf = ring->leased_large ? &ring->large : &ring->small;
  shelf->free[shelf->count++] = block;
}

/* Notes how many free blocks were left over by all reads of a turn, and all writes under way. */
static inline void note_low(struct shelf* shelf) {
  if (shelf->count < shelf->low) shelf->low = shelf->count;
}

static inline void copy(u8* to, const u8* from, u64 bytes) {
  for (u64 i = 0; i < bytes; i++) {
    to[i] = from[i];
    __asm__ volatile("" ::: "memory"); /* or the compiler makes this a call of memcpy */
  }
}

/* What is received on UDP sockets and sent from them. A part of `thunks.c`. */

#include "calls.h"
#include "ring.h"

#define UDP_ADDRESS_BYTES 28u /* of sockaddr_in6: the largest */
#define UV_UDP_PARTIAL 2u
#define UV_UDP_MMSG_CHUNK 8u
/* What libuv takes for one datagram when it receives many, and how many at once. */
#define CHUNK_BYTES 65536u
#define CHUNKS_MAX 20u

/* Bytes of the block that was leased last: its end is kept for the sender's address. */
static inline u32 datagram_room(struct ring* ring) {
  u32 bytes = ring->leased_large ? ring->large.block_bytes : ring->small.block_bytes;
  return bytes > UDP_ADDRESS_BYTES ? bytes - UDP_ADDRESS_BYTES : bytes;
}

/*
 * A datagram that does not fit is cut off, so a socket that expects long ones gets a large block or
 * none. One that receives many at once gets memory of its own, from where each is copied to a block
 * of the right size: it asks for no more of them than there are blocks, so none is lost. libuv
 * would spin where it is not given room for at least one.
 */
void on_udp_alloc(struct handle* handle, u64 suggested, struct buf* buf) {
  struct cell* cell = handle->data;
  struct ring* ring = cell->ring;
  (void)suggested;
  ring->leased = NO_BLOCK;
  buf->base = 0;
  buf->len = 0;
  if (cell->extra != 0) {
    u64 chunks = cell->wants_large ? ring->large.count : ring->small.count + ring->large.count;
    if (chunks > CHUNKS_MAX) chunks = CHUNKS_MAX;
    if (chunks == 0) return;
    buf->base = cell->extra;
    buf->len = chunks * CHUNK_BYTES;
    return;
  }
  if (cell->wants_large && ring->large.count == 0) return;
  hand_out(ring, cell->wants_large, buf);
  if (buf->base != 0) buf->len = datagram_room(ring);
}

/* Copies whole words: what lies behind a datagram is ours, in the chunk and in the block. */
static inline void copy_datagram(u8* to, const u8* from, u64 bytes) {
  for (u64 i = 0; i < bytes; i += 8) {
    *(u64*)(to + i) = *(const u64*)(from + i);
    __asm__ volatile("" ::: "memory"); /* as in copy */
  }
}

/*
 * One of many: to a small block where it fits. A large one may serve instead; the other way around
 * the end is cut off.
 */
static inline void take_chunk(struct cell* cell, i64 nread, const u8* bytes, u32* flags) {
  struct ring* ring = cell->ring;
  u32 block = lease(ring, nread > (i64)ring->small.block_bytes - (i64)UDP_ADDRESS_BYTES);
  u32 room;
  ring->leased = block;
  if (block == NO_BLOCK) return;
  room = datagram_room(ring);
  if (nread > (i64)room) {
    *flags |= UV_UDP_PARTIAL;
    nread = room;
  }
  copy_datagram(ring->blocks[block], bytes, nread);
}

/*
 * The address is only lent for the length of the call. Errors that come again and again in one turn
 * make one record, the first.
 */
void on_udp_recv(struct handle* handle, i64 nread, const struct buf* buf, const u8* address,
                 u32 flags) {
  struct cell* cell = handle->data;
  struct ring* ring = cell->ring;
  if (flags & UV_UDP_MMSG_CHUNK) take_chunk(cell, nread, buf->base, &flags);
  u32 block = ring->leased;
  ring->leased = NO_BLOCK;
  if (nread < 0) {
    if (block != NO_BLOCK) give_back(ring, block);
    if (cell->pending++ == 0) append(cell, UDP_RECV, (i32)NO_BLOCK, nread, flags);
    return;
  }
  if (block == NO_BLOCK) return;
  if (nread == 0 && address == 0) {
    give_back(ring, block);
    return;
  }
  u32 room = datagram_room(ring);
  if (nread > (i64)room) nread = room;
  if (address != 0) copy(ring->blocks[block] + room, address, UDP_ADDRESS_BYTES);
  append(cell, UDP_RECV, (i32)block, nread, (i64)flags | (address != 0 ? 1l << 32 : 0));
}

static inline i64 send_to(i32 fd, const void* bytes, u64 length, const void* to, u64 to_bytes) {
  return system_call(SENDTO, fd, (i64)bytes, (i64)length, SEND_FLAGS, (i64)to, (i64)to_bytes);
}

/* struct msghdr; its arrays of buffers are those of libuv. */
struct message {
  const void* address;
  u64 address_bytes;
  const void* bufs;
  u64 count;
  void* control;
  u64 control_bytes;
  u64 flags;
};

static inline i64 send_message(i32 fd, const struct message* message) {
  return system_call(SENDMSG, fd, (i64)message, SEND_FLAGS, 0, 0, 0);
}

/* What the socket does not take is asked again of libuv, by TypeScript, which queues it there. */
static inline i64 make_send(const struct send* send) {
  const void* address = send->address != 0 ? send->address : send->room;
  if (send->address_bytes == 0) address = 0;
  if (send->count == 1) {
    return send_to(send->fd, send->base, send->len, address, send->address_bytes);
  }
  struct message message;
  message.address = address;
  message.address_bytes = send->address_bytes;
  message.bufs = send->base;
  message.count = send->count;
  message.control = 0;
  message.control_bytes = 0;
  message.flags = 0;
  return send_message(send->fd, &message);
}

/* A socket is full: what it was to send after this one must not overtake it. */
static inline void hold_back(struct ring* ring, u32 full) {
  for (u32 i = full + 1; i < ring->send_count; i++) {
    if (ring->sends[i].handle == ring->sends[full].handle) ring->sends[i].fd = -1;
  }
}

/* Sends what was submitted. Returns whether TypeScript has to see to some of it. */
static inline u32 make_sends(struct ring* ring) {
  u32 unread = 0;
  for (u32 i = 0; i < ring->send_count; i++) {
    struct send* send = &ring->sends[i];
    if (send->count == 0) continue;
    i64 result = send->fd < 0 ? UV_EAGAIN : make_send(send);
    send->result = (i32)result;
    unread |= result < 0;
    if (send->fd >= 0 && (result == UV_EAGAIN || result == UV_ENOBUFS)) hold_back(ring, i);
  }
  ring->send_count = 0;
  return unread;
}

/* Connections, and what is read from streams and written to them. A part of `thunks.c`. */

#include "calls.h"
#include "ring.h"

/* Stands for the leased block where libuv is to leave this read. */
#define LEFT_BLOCK 0xfffffffeu
/*
 * Blocks that libuv fills for one stream in a turn. It would go on to 32: two megabytes of large
 * ones, which others wait for, and which all are held until they have been written somewhere.
 */
#define READS_MAX 8u /* as in kinds.ts */
/* How far the reading of a socket is that we read. */
#define READ_DONE 0u
#define READ_FILLED 1u /* its block, so there may be more: libuv reads on */
#define READ_QUEUED 2u /* into the block of this index, which is added */

/*
 * Accepts into a handle from the stock. An empty stock leaves the connection with libuv, which
 * then stops watching the listener: that is the back-pressure, and it costs nothing to wait.
 *
 * EMFILE reaches a callback only when libuv has lost its own spare descriptor, and libuv then
 * retries at once, for ever. So the reserve is closed, which lets the next accept succeed, and
 * that connection is left waiting, which ends the retrying until TypeScript has recovered.
 */
void on_connection(struct handle* server, int status) {
  struct cell* cell = server->data;
  struct ring* ring = cell->ring;
  struct stock* stock = cell->extra;
  if (status < 0) {
    if ((status == UV_EMFILE || status == UV_ENFILE) && ring->reserve_fd >= 0) {
      ring->close(ring->reserve_fd);
      ring->reserve_fd = -1;
      stock->paused = 1;
    }
    if (stock->failed == 0) append(cell, CONNECTION_FAILED, status, 0, 0);
    stock->failed = 1;
    return;
  }
  if (stock->paused || stock->count == 0) {
    append(cell, CONNECTION_WAITING, 0, 0, 0);
    return;
  }
  struct handle* client = stock->handles[--stock->count];
  int accepted = ring->uv_accept(server, client);
  append(cell, CONNECTION, accepted, client->data->slot, client->data->generation);
}

/* A read that fills a small block, or would have, makes the stream ask for a large one next. */
static inline void append_read(struct cell* cell, u32 block, u32 is_large, i64 length) {
  struct ring* ring = cell->ring;
  u32 wanted = cell->wants_large;
  u32 bytes = is_large ? ring->large.block_bytes : ring->small.block_bytes;
  cell->wants_large = length >= (i64)ring->large_from;
  cell->pending = length == bytes ? READ_FILLED : READ_DONE;
  append(cell, wanted == is_large ? READ : READ_SUBSTITUTE, (i32)block, length, 0);
}

/* The answer to a read. The end and errors stop the reading, as they do in libuv. */
static inline void on_received(struct ring* ring, u64 user_data, i64 result) {
  struct handle* stream = (struct handle*)user_data;
  struct cell* cell = stream->data;
  u32 block = cell->pending - READ_QUEUED;
  cell->pending = READ_DONE;
  if (result > 0) {
    append_read(cell, block, 0, result);
    return;
  }
  ring->small.free[ring->small.count++] = block;
  if (result == UV_EAGAIN || result == UV_EINTR) return;
  ring->uv_read_stop(stream);
  append(cell, READ_ENDED, result == 0 ? UV_EOF : (i32)result, 0, 0);
}

static __attribute__((noinline)) void receive_queued(struct ring* ring) {
  make_calls(ring, on_received);
}

/*
 * The sockets that a poll found readable are read together, after it. libuv is told that there is
 * no memory, which ends its own read. It tells of a socket twice where more are ready than it asks
 * the kernel for at once.
 */
static inline void queue_read(struct handle* stream) {
  struct cell* cell = stream->data;
  struct ring* ring = cell->ring;
  if (cell->pending >= READ_QUEUED) return;
  if (ring->batch.queued == ring->batch.entries) receive_queued(ring);
  u32 block = ring->small.free[--ring->small.count];
  cell->pending = READ_QUEUED + block;
  queue_call(&ring->batch, OP_RECV, (i32)(u64)cell->extra - 1, ring->blocks[block],
             ring->small.block_bytes, RECEIVE_FLAGS, (u64)stream);
}

/* Where there is no small block, libuv's own read finds a large one, or that the pool is empty. */
static inline u32 reads_together(const struct cell* cell) {
  if (cell->pending >= READ_QUEUED) return 1;
  return cell->extra != 0 && cell->pending == READ_DONE && !cell->wants_large &&
         cell->ring->small.count != 0;
}

static inline u32 has_read_enough(struct cell* cell) {
  struct ring* ring = cell->ring;
  u32 is_another = ring->reading != cell->slot + 1;
  u32 reads = is_another ? 0 : ring->reads;
  ring->reading = cell->slot + 1;
  ring->reads = reads == READS_MAX ? 0 : reads + 1;
  return reads == READS_MAX;
}

void on_alloc(struct handle* handle, u64 suggested, struct buf* buf) {
  struct cell* cell = handle->data;
  u32 is_queued = reads_together(cell);
  (void)suggested;
  if (is_queued || has_read_enough(cell)) {
    cell->ring->leased = LEFT_BLOCK;
    buf->base = 0;
    buf->len = 0;
    if (is_queued) queue_read(handle);
  } else hand_out(cell->ring, cell->wants_large, buf);
}

/*
 * libuv calls alloc and read in pairs, so `leased` names the block of this read. Without a block
 * libuv reports ENOBUFS; reading then stops here, and TypeScript resumes it when blocks are back.
 * The end may come without an alloc before it, when the poll saw POLLHUP after a partial read.
 */
void on_read(struct handle* stream, i64 nread, const struct buf* buf) {
  struct cell* cell = stream->data;
  struct ring* ring = cell->ring;
  u32 block = ring->leased;
  (void)buf;
  ring->leased = NO_BLOCK;
  if (block == LEFT_BLOCK) return;
  if (nread > 0) {
    append_read(cell, block, ring->leased_large, nread);
    return;
  }
  if (block == NO_BLOCK && nread == UV_ENOBUFS) {
    ring->uv_read_stop(stream);
    append(cell, STARVED, 0, 0, 0);
    return;
  }
  if (block != NO_BLOCK) give_back(ring, block);
  if (nread < 0) append(cell, READ_ENDED, (i32)nread, 0, 0);
}

/*
 * A block for a connected socket goes straight to the kernel, with those of the turn's other
 * streams; what it refuses is asked again of libuv, which knows what each error means. Nothing
 * overtakes: TypeScript only submits for streams whose queue in libuv is empty.
 */
static inline void on_sent(struct ring* ring, u64 user_data, i64 result) {
  struct write* write = (struct write*)user_data;
  if (result <= 0) result = ring->uv_try_write(write->handle, &write->base, 1);
  write->result = (i32)result;
}

static __attribute__((noinline)) void send_queued(struct ring* ring) { make_calls(ring, on_sent); }

static inline void make_write(struct ring* ring, struct write* write) {
  if (write->len != 0 && write->fd >= 0) {
    if (ring->batch.queued == ring->batch.entries) send_queued(ring);
    queue_call(&ring->batch, OP_SEND, write->fd, write->base, write->len, SEND_FLAGS, (u64)write);
    return;
  }
  const void* bufs = write->len != 0 ? (void*)&write->base : write->base;
  write->result = ring->uv_try_write(write->handle, bufs, write->count);
}

static inline i64 bytes_of(const struct write* write) {
  const struct buf* bufs = (const struct buf*)write->base;
  i64 bytes = write->len;
  for (u32 i = 0; write->len == 0 && i < write->count; i++) bytes += bufs[i].len;
  return bytes;
}

/* Makes the writes that were submitted. Returns whether TypeScript has to see to some of them. */
static inline u32 make_writes(struct ring* ring) {
  u32 unread = 0;
  for (u32 i = 0; i < ring->write_count; i++) {
    if (ring->writes[i].count != 0) make_write(ring, &ring->writes[i]);
  }
  send_queued(ring);
  for (u32 i = 0; i < ring->write_count; i++) {
    const struct write* write = &ring->writes[i];
    unread |= write->count != 0 && write->result != bytes_of(write);
  }
  ring->write_count = 0;
  return unread;
}

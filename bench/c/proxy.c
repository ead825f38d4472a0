/*
 * The yardstick of proxies: written in C as somebody who knows libuv well would write it.
 *
 * Usage: proxy PORT TARGETPORT [BLOCK_BYTES]        (PORT 0 takes any free port)
 *
 * Each read goes into a block from a list of free ones and is written from there at once; what the
 * socket does not take stays in its block and goes by uv_write, so nothing is copied. A side whose
 * peer has too much waiting does not read until most of it has left. An end of one direction is
 * passed on, and the other goes on until it ends too.
 */
#include <stddef.h>
#include <stdlib.h>
#include "server.h"

enum { BLOCK_BYTES = 64 * 1024, HIGH_WATER_BYTES = 1 << 20, LOW_WATER_BYTES = 1 << 18 };

struct block {
  uv_write_t request; /* its data is the side that the bytes came from */
  struct block *next; /* while it is free */
  char bytes[];
};

/* One of the two connections of a pair. */
struct side {
  uv_tcp_t tcp; /* its data is the side itself */
  struct side *other;
  struct pair *pair;
  uv_shutdown_t shutdown;
  int is_paused;
};

struct pair {
  struct side client;
  struct side target;
  uv_connect_t connect;
  unsigned open_sides;
  unsigned ended_directions;
};

static struct sockaddr_in target_address;
static unsigned block_bytes = BLOCK_BYTES;
static struct block *free_blocks;

static struct block *block_take(void) {
  struct block *block = free_blocks;
  if (block == NULL) return malloc(sizeof *block + block_bytes);
  free_blocks = block->next;
  return block;
}

static void block_return(struct block *block) {
  block->next = free_blocks;
  free_blocks = block;
}

static uv_stream_t *stream_of(struct side *side) {
  return (uv_stream_t *)&side->tcp;
}

static void on_closed(uv_handle_t *handle) {
  struct pair *pair = ((struct side *)handle->data)->pair;
  if (--pair->open_sides == 0) free(pair);
}

static void pair_close(struct pair *pair) {
  struct side *sides[2] = {&pair->client, &pair->target};
  for (int i = 0; i < 2; i++) {
    uv_handle_t *handle = (uv_handle_t *)&sides[i]->tcp;
    if (!uv_is_closing(handle)) uv_close(handle, on_closed);
  }
}

static void on_alloc(uv_handle_t *handle, size_t suggested_bytes, uv_buf_t *buffer) {
  (void)handle;
  (void)suggested_bytes;
  struct block *block = block_take();
  *buffer = block == NULL ? uv_buf_init(NULL, 0) : uv_buf_init(block->bytes, block_bytes);
}

static void on_read(uv_stream_t *stream, ssize_t bytes, const uv_buf_t *buffer);

static void on_written(uv_write_t *request, int status) {
  struct side *from = request->data;
  block_return((struct block *)((char *)request - offsetof(struct block, request)));
  if (uv_is_closing((uv_handle_t *)&from->tcp)) return;
  if (status < 0) {
    pair_close(from->pair);
    return;
  }
  size_t waiting = uv_stream_get_write_queue_size(stream_of(from->other));
  if (!from->is_paused || waiting > LOW_WATER_BYTES) return;
  from->is_paused = 0;
  if (uv_read_start(stream_of(from), on_alloc, on_read) < 0) pair_close(from->pair);
}

/* Sends the block on; it returns to the list when it is written. */
static void side_forward(struct side *from, struct block *block, unsigned length) {
  uv_stream_t *to = stream_of(from->other);
  unsigned sent = 0;
  if (uv_stream_get_write_queue_size(to) == 0) {
    uv_buf_t whole = uv_buf_init(block->bytes, length);
    int status = uv_try_write(to, &whole, 1);
    if (status > 0) sent = (unsigned)status;
    /* Any other failure is told by uv_write again. */
  }
  if (sent == length) {
    block_return(block);
    return;
  }
  uv_buf_t rest = uv_buf_init(block->bytes + sent, length - sent);
  block->request.data = from;
  if (uv_write(&block->request, to, &rest, 1, on_written) < 0) {
    block_return(block);
    pair_close(from->pair);
    return;
  }
  if (uv_stream_get_write_queue_size(to) > HIGH_WATER_BYTES) {
    from->is_paused = 1;
    uv_read_stop(stream_of(from));
  }
}

static void on_shutdown(uv_shutdown_t *request, int status) {
  struct side *side = request->data;
  if (status < 0 || ++side->pair->ended_directions == 2) pair_close(side->pair);
}

static void on_read(uv_stream_t *stream, ssize_t bytes, const uv_buf_t *buffer) {
  struct side *from = stream->data;
  struct block *block = NULL;
  if (buffer->base != NULL) {
    block = (struct block *)(buffer->base - offsetof(struct block, bytes));
  }
  if (bytes > 0) {
    side_forward(from, block, (unsigned)bytes);
    return;
  }
  if (block != NULL) block_return(block);
  if (bytes == 0) return;
  struct side *to = from->other;
  to->shutdown.data = to;
  if (bytes != UV_EOF || uv_shutdown(&to->shutdown, stream_of(to), on_shutdown) < 0) {
    pair_close(from->pair);
  }
}

static void on_connected(uv_connect_t *request, int status) {
  struct pair *pair = request->data;
  if (uv_is_closing((uv_handle_t *)&pair->target.tcp)) return;
  if (status < 0 || uv_read_start(stream_of(&pair->client), on_alloc, on_read) < 0 ||
      uv_read_start(stream_of(&pair->target), on_alloc, on_read) < 0) {
    pair_close(pair);
  }
}

static void side_open(struct side *side, struct pair *pair, struct side *other) {
  server_check(uv_tcp_init(&server_loop, &side->tcp), "uv_tcp_init");
  side->tcp.data = side;
  side->pair = pair;
  side->other = other;
  pair->open_sides++;
}

static void on_connection(uv_stream_t *listener, int status) {
  if (status < 0) return;
  struct pair *pair = calloc(1, sizeof *pair);
  if (pair == NULL) return;
  side_open(&pair->client, pair, &pair->target);
  side_open(&pair->target, pair, &pair->client);
  pair->connect.data = pair;
  if (uv_accept(listener, stream_of(&pair->client)) < 0 ||
      uv_tcp_nodelay(&pair->client.tcp, 1) < 0 || uv_tcp_nodelay(&pair->target.tcp, 1) < 0 ||
      uv_tcp_connect(&pair->connect, &pair->target.tcp, (const struct sockaddr *)&target_address,
                     on_connected) < 0) {
    pair_close(pair);
  }
}

static void close_one(uv_handle_t *handle) {
  pair_close(((struct side *)handle->data)->pair);
}

int main(int argc, char **argv) {
  server_check(argc > 2 ? 0 : UV_EINVAL, "usage: proxy PORT TARGETPORT [BLOCK_BYTES]");
  server_check(uv_ip4_addr("127.0.0.1", atoi(argv[2]), &target_address), "uv_ip4_addr");
  if (argc > 3) block_bytes = (unsigned)atoi(argv[3]);
  server_check(block_bytes > 0 ? 0 : UV_EINVAL, "BLOCK_BYTES");
  server_run(atoi(argv[1]), on_connection, close_one);
  return 0;
}

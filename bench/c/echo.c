/*
 * The yardstick: an echo server in C, written as somebody who knows libuv well would write it.
 *
 * Usage: echo PORT        (0 takes any free port)
 *
 * One thread and one loop. All connections read into the same static block, which is safe because
 * an echo is either sent before the read callback returns, or its remainder is copied. A connection
 * with a remainder does not read until that is written, so one slow reader costs at most one block.
 */
#include <stdlib.h>
#include <string.h>
#include "server.h"

enum { BLOCK_BYTES = 64 * 1024 };

/* A write that uv_try_write could not finish, with the bytes it still has to send. */
struct remainder {
  uv_write_t request;
  char bytes[];
};

static char block[BLOCK_BYTES];

static void on_closed(uv_handle_t *handle) {
  free(handle);
}

static void close_connection(uv_stream_t *connection) {
  uv_handle_t *handle = (uv_handle_t *)connection;
  if (!uv_is_closing(handle)) uv_close(handle, on_closed);
}

static void on_alloc(uv_handle_t *handle, size_t suggested_bytes, uv_buf_t *buffer) {
  (void)handle;
  (void)suggested_bytes;
  *buffer = uv_buf_init(block, sizeof block);
}

static void on_read(uv_stream_t *connection, ssize_t bytes, const uv_buf_t *buffer);

static void on_remainder_written(uv_write_t *request, int status) {
  uv_stream_t *connection = request->handle;
  free(request->data);
  if (status < 0 || uv_is_closing((uv_handle_t *)connection)) {
    close_connection(connection);
    return;
  }
  if (uv_read_start(connection, on_alloc, on_read) < 0) close_connection(connection);
}

static void write_remainder(uv_stream_t *connection, const char *bytes, size_t length) {
  struct remainder *rest = malloc(sizeof *rest + length);
  if (rest == NULL) {
    close_connection(connection);
    return;
  }
  memcpy(rest->bytes, bytes, length);
  rest->request.data = rest;
  uv_buf_t buffer = uv_buf_init(rest->bytes, (unsigned)length);
  if (uv_write(&rest->request, connection, &buffer, 1, on_remainder_written) < 0) {
    free(rest);
    close_connection(connection);
    return;
  }
  uv_read_stop(connection);
}

static void on_read(uv_stream_t *connection, ssize_t bytes, const uv_buf_t *buffer) {
  if (bytes == 0) return;
  if (bytes < 0) {
    close_connection(connection);
    return;
  }
  uv_buf_t echo = uv_buf_init(buffer->base, (unsigned)bytes);
  int written = uv_try_write(connection, &echo, 1);
  if (written == bytes) return;
  if (written < 0 && written != UV_EAGAIN) {
    close_connection(connection);
    return;
  }
  size_t sent = written > 0 ? (size_t)written : 0;
  write_remainder(connection, buffer->base + sent, (size_t)bytes - sent);
}

static void on_connection(uv_stream_t *listener, int status) {
  if (status < 0) return;
  uv_tcp_t *connection = calloc(1, sizeof *connection);
  if (connection == NULL) return;
  server_check(uv_tcp_init(listener->loop, connection), "uv_tcp_init");
  uv_stream_t *stream = (uv_stream_t *)connection;
  if (uv_accept(listener, stream) < 0 || uv_tcp_nodelay(connection, 1) < 0 ||
      uv_read_start(stream, on_alloc, on_read) < 0) {
    close_connection(stream);
  }
}

static void close_one(uv_handle_t *handle) {
  close_connection((uv_stream_t *)handle);
}

int main(int argc, char **argv) {
  server_run(argc > 1 ? atoi(argv[1]) : 0, on_connection, close_one);
  return 0;
}

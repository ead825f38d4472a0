/*
 * The yardstick: an echo server in C, written as somebody who knows libuv well would write it.
 *
 * Usage: echo PORT        (0 takes any free port)
 *
 * One thread and one loop. All connections read into the same static block, which is safe because
 * an echo is either sent before the read callback returns, or its remainder is copied. A connection
 * with a remainder does not read until that is written, so one slow reader costs at most one block.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

enum { BACKLOG = 1024, BLOCK_BYTES = 64 * 1024 };

/* A write that uv_try_write could not finish, with the bytes it still has to send. */
struct remainder {
  uv_write_t request;
  char bytes[];
};

static char block[BLOCK_BYTES];

static void check(int status, const char *what) {
  if (status >= 0) return;
  fprintf(stderr, "%s: %s, %s\n", what, uv_err_name(status), uv_strerror(status));
  exit(1);
}

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
  check(uv_tcp_init(listener->loop, connection), "uv_tcp_init");
  uv_stream_t *stream = (uv_stream_t *)connection;
  if (uv_accept(listener, stream) < 0 || uv_tcp_nodelay(connection, 1) < 0 ||
      uv_read_start(stream, on_alloc, on_read) < 0) {
    close_connection(stream);
  }
}

static void close_each(uv_handle_t *handle, void *argument) {
  (void)argument;
  if (uv_is_closing(handle)) return;
  /* Only connections are on the heap; the listener and the signals belong to main. */
  uv_close(handle, handle->data == NULL ? on_closed : NULL);
}

static void on_stop(uv_signal_t *handle, int number) {
  (void)number;
  uv_walk(handle->loop, close_each, NULL);
}

static void listen_on(uv_loop_t *loop, uv_tcp_t *listener, int port) {
  struct sockaddr_in address;
  int address_bytes = sizeof address;
  check(uv_ip4_addr("127.0.0.1", port, &address), "uv_ip4_addr");
  check(uv_tcp_init(loop, listener), "uv_tcp_init");
  check(uv_tcp_bind(listener, (const struct sockaddr *)&address, 0), "uv_tcp_bind");
  check(uv_listen((uv_stream_t *)listener, BACKLOG, on_connection), "uv_listen");
  check(uv_tcp_getsockname(listener, (struct sockaddr *)&address, &address_bytes), "getsockname");
  printf("listening on 127.0.0.1:%d\n", ntohs(address.sin_port));
  fflush(stdout);
}

int main(int argc, char **argv) {
  uv_loop_t loop;
  uv_tcp_t listener;
  uv_signal_t stops[2];
  const int numbers[2] = {SIGTERM, SIGINT};

  signal(SIGPIPE, SIG_IGN);
  check(uv_loop_init(&loop), "uv_loop_init");
  for (int i = 0; i < 2; i++) {
    check(uv_signal_init(&loop, &stops[i]), "uv_signal_init");
    check(uv_signal_start(&stops[i], on_stop, numbers[i]), "uv_signal_start");
    stops[i].data = &loop;
  }
  listen_on(&loop, &listener, argc > 1 ? atoi(argv[1]) : 0);
  listener.data = &loop;
  uv_run(&loop, UV_RUN_DEFAULT);
  check(uv_loop_close(&loop), "uv_loop_close");
  return 0;
}

/* One thread, one loop, one listener, and a clean end at a signal. */
#include "server.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

enum { BACKLOG = 1024, STOPS = 2 };

uv_loop_t server_loop;

static uv_tcp_t listener;
static uv_signal_t stops[STOPS];
static void (*close_connection)(uv_handle_t *);

void server_check(int status, const char *what) {
  if (status >= 0) return;
  fprintf(stderr, "%s: %s, %s\n", what, uv_err_name(status), uv_strerror(status));
  exit(1);
}

static void close_each(uv_handle_t *handle, void *argument) {
  (void)argument;
  if (uv_is_closing(handle)) return;
  int is_own = handle == (uv_handle_t *)&listener;
  for (int i = 0; i < STOPS; i++) is_own |= handle == (uv_handle_t *)&stops[i];
  if (is_own) uv_close(handle, NULL);
  else close_connection(handle);
}

static void on_stop(uv_signal_t *handle, int number) {
  (void)number;
  uv_walk(handle->loop, close_each, NULL);
}

static void listen_on(int port, uv_connection_cb on_connection) {
  struct sockaddr_in address;
  int address_bytes = sizeof address;
  server_check(uv_ip4_addr("127.0.0.1", port, &address), "uv_ip4_addr");
  server_check(uv_tcp_init(&server_loop, &listener), "uv_tcp_init");
  server_check(uv_tcp_bind(&listener, (const struct sockaddr *)&address, 0), "uv_tcp_bind");
  server_check(uv_listen((uv_stream_t *)&listener, BACKLOG, on_connection), "uv_listen");
  server_check(uv_tcp_getsockname(&listener, (struct sockaddr *)&address, &address_bytes),
               "uv_tcp_getsockname");
  printf("listening on 127.0.0.1:%d\n", ntohs(address.sin_port));
  fflush(stdout);
}

void server_run(int port, uv_connection_cb on_connection, void (*close_one)(uv_handle_t *)) {
  const int numbers[STOPS] = {SIGTERM, SIGINT};
  close_connection = close_one;
  signal(SIGPIPE, SIG_IGN);
  server_check(uv_loop_init(&server_loop), "uv_loop_init");
  for (int i = 0; i < STOPS; i++) {
    server_check(uv_signal_init(&server_loop, &stops[i]), "uv_signal_init");
    server_check(uv_signal_start(&stops[i], on_stop, numbers[i]), "uv_signal_start");
  }
  listen_on(port, on_connection);
  uv_run(&server_loop, UV_RUN_DEFAULT);
  server_check(uv_loop_close(&server_loop), "uv_loop_close");
}

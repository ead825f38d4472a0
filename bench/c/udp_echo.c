/*
 * The yardstick of UDP: an echo of datagrams in C on libuv.
 *
 * Usage: udp_echo PORT        (0 takes any free port)
 *
 * One static block: a datagram is sent before the receive callback returns, or copied when the
 * socket is full.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>
#include "program.h"

enum { BLOCK_BYTES = 64 * 1024 };

/* A datagram that uv_udp_try_send could not send. */
struct waiting {
  uv_udp_send_t request;
  char bytes[];
};

static char block[BLOCK_BYTES];
static uv_udp_t server;
static uv_signal_t stop;

static void check(int status, const char *what) {
  if (status >= 0) return;
  fprintf(stderr, "%s: %s, %s\n", what, uv_err_name(status), uv_strerror(status));
  exit(1);
}

static void on_alloc(uv_handle_t *handle, size_t suggested_bytes, uv_buf_t *buffer) {
  (void)handle;
  (void)suggested_bytes;
  *buffer = uv_buf_init(block, sizeof block);
}

static void on_sent(uv_udp_send_t *request, int status) {
  (void)status; /* a datagram may be lost */
  free(request->data);
}

static void send_later(const struct sockaddr *to, const char *bytes, size_t length) {
  struct waiting *waiting = malloc(sizeof *waiting + length);
  if (waiting == NULL) return;
  memcpy(waiting->bytes, bytes, length);
  waiting->request.data = waiting;
  uv_buf_t buffer = uv_buf_init(waiting->bytes, (unsigned)length);
  if (uv_udp_send(&waiting->request, &server, &buffer, 1, to, on_sent) < 0) free(waiting);
}

static void on_received(uv_udp_t *handle, ssize_t length, const uv_buf_t *buffer,
                        const struct sockaddr *from, unsigned flags) {
  (void)flags;
  if (length < 0 || from == NULL) return;
  uv_buf_t echo = uv_buf_init(buffer->base, (unsigned)length);
  if (uv_udp_try_send(handle, &echo, 1, from) == UV_EAGAIN) {
    send_later(from, buffer->base, (size_t)length);
  }
}

static void on_stop(uv_signal_t *handle, int number) {
  (void)number;
  uv_close((uv_handle_t *)handle, NULL);
  uv_close((uv_handle_t *)&server, NULL);
}

int main(int argc, char **argv) {
  uv_loop_t *loop = uv_default_loop();
  struct sockaddr_in address;
  int address_bytes = sizeof address;
  check(uv_ip4_addr("127.0.0.1", argc > 1 ? atoi(argv[1]) : 0, &address), "uv_ip4_addr");
  check(uv_udp_init(loop, &server), "uv_udp_init");
  check(uv_udp_bind(&server, (const struct sockaddr *)&address, 0), "uv_udp_bind");
  check(uv_udp_getsockname(&server, (struct sockaddr *)&address, &address_bytes),
        "uv_udp_getsockname");
  check(uv_udp_recv_start(&server, on_alloc, on_received), "uv_udp_recv_start");
  check(uv_signal_init(loop, &stop), "uv_signal_init");
  check(uv_signal_start(&stop, on_stop, SIGTERM), "uv_signal_start");
  printf("listening on 127.0.0.1:%d\n", ntohs(address.sin_port));
  fflush(stdout);
  uv_run(loop, UV_RUN_DEFAULT);
  check(uv_loop_close(loop), "uv_loop_close");
  return 0;
}

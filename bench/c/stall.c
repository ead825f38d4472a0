/*
 * Clients that send and never read: what an echo server must bear.
 *
 *   stall --port P [--connections 200] [--bytes-max 4e9]
 *
 * They send as long as the server takes anything. When it has taken nothing for SETTLE_MS, a line
 * of JSON is printed. They stay, and go on sending should the server take more, until a line comes
 * on standard input or it ends; then another line of JSON says what was sent in all. A server that
 * goes on taking, up to --bytes-max, holds nobody back: exit code 1.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include "program.h"

enum { CONNECTIONS_MAX = 20000, EVENTS_MAX = 256, SEND_BYTES = 64 * 1024, SETTLE_MS = 500 };

/*
 * The kernel holds data for each connection too, on loopback some 5 MiB: with 200 it would run
 * short of memory for sockets, and slow down everybody. Segments as in a real network keep it low.
 */
enum { SOCKET_BUFFER_BYTES = 32 * 1024, SEGMENT_BYTES = 1460 };

static const struct option OPTIONS[] = {
    {"port", required_argument, NULL, 'p'},
    {"connections", required_argument, NULL, 'c'},
    {"bytes-max", required_argument, NULL, 'b'},
    {NULL, 0, NULL, 0},
};

static char block[SEND_BYTES];
static uint64_t sent_bytes;

static int connect_to(int port) {
  const struct sockaddr_in address = {.sin_family = AF_INET,
                                      .sin_port = htons((uint16_t)port),
                                      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  const struct linger reset = {.l_onoff = 1, .l_linger = 0};
  const int bytes = SOCKET_BUFFER_BYTES;
  const int segment_bytes = SEGMENT_BYTES;
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) die("socket");
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
  setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
  setsockopt(fd, IPPROTO_TCP, TCP_MAXSEG, &segment_bytes, sizeof segment_bytes);
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  if (connect(fd, (const struct sockaddr *)&address, sizeof address) < 0) die("connect");
  return fd;
}

static void send_some(int fd) {
  ssize_t sent = send(fd, block, sizeof block, MSG_DONTWAIT | MSG_NOSIGNAL);
  if (sent < 0 && errno != EAGAIN) die("send");
  if (sent > 0) sent_bytes += (uint64_t)sent;
}

static void watch(int poller, int fd, uint32_t interest) {
  struct epoll_event event = {.events = interest, .data.fd = fd};
  if (epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event) < 0) die("epoll_ctl");
}

/* Sends for as long as the server takes; false when a line has come. */
static bool send_until_quiet(int poller, int timeout_ms, uint64_t bytes_max) {
  static struct epoll_event events[EVENTS_MAX];
  for (;;) {
    int count = epoll_wait(poller, events, EVENTS_MAX, timeout_ms);
    if (count < 0 && errno != EINTR) die("epoll_wait");
    if (count == 0) return true;
    for (int i = 0; i < count; i++) {
      if (events[i].data.fd == STDIN_FILENO) return false;
      send_some(events[i].data.fd);
    }
    if (sent_bytes <= bytes_max) continue;
    fprintf(stderr, "not held back: the server has taken %lu bytes\n", sent_bytes);
    exit(1);
  }
}

static void report(unsigned connections) {
  printf("{\"connections\":%u,\"sentBytes\":%lu}\n", connections, sent_bytes);
  fflush(stdout);
}

int main(int argc, char **argv) {
  int option;
  int port = 0;
  unsigned connections = 200;
  uint64_t bytes_max = 4000000000;
  while ((option = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1) {
    switch (option) {
      case 'p': port = (int)number(optarg, 1, 65535); break;
      case 'c': connections = (unsigned)number(optarg, 1, CONNECTIONS_MAX); break;
      case 'b': bytes_max = (uint64_t)number(optarg, 1, 1e15); break;
      default: refuse("unknown option");
    }
  }
  if (port == 0) refuse("--port is missing");
  raise_descriptor_limit();
  int poller = epoll_create1(EPOLL_CLOEXEC);
  if (poller < 0) die("epoll_create1");
  for (unsigned i = 0; i < connections; i++) watch(poller, connect_to(port), EPOLLOUT);
  watch(poller, STDIN_FILENO, EPOLLIN);
  if (!send_until_quiet(poller, SETTLE_MS, bytes_max)) return 1;
  report(connections);
  while (send_until_quiet(poller, -1, bytes_max)) continue;
  report(connections);
  return 0;
}

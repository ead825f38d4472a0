/*
 * The connections of the load program, on epoll.
 *
 * The load must cost less per message than any server, so it does one send and one receive for each
 * and little else. All payload comes from one block of random bytes, read as a ring of PERIOD
 * bytes: each connection's stream starts at its own place and runs on from there. What is to be
 * sent, and what must come back, is thus always a contiguous piece of the block: nothing is built
 * or copied, a burst is one send, and the check is one memcmp. PERIOD is prime, so no two messages
 * of the same connection are alike for a long time, whatever their size.
 *
 * Sockets are edge-triggered for both directions and registered once. A send before the connection
 * is established fails with EAGAIN like one into a full buffer, and is repeated on the same edge.
 */
#include "client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include "program.h"

enum { PERIOD = 65521, IO_BYTES_MAX = 256 * 1024, EVENTS_MAX = 1024, POLL_TIMEOUT_MS = 100 };

static const uint64_t DRAIN_NS_MAX = 5000000000;

struct connection {
  int fd; /* -1: closed */
  unsigned opened;
  uint64_t start; /* where in the block the stream starts */
  uint64_t released_bytes;
  uint64_t sent_bytes;
  uint64_t received_bytes;
  uint64_t echoed_bytes;     /* of whole messages */
  unsigned oldest;           /* place of the oldest message in flight in released_at_ns */
  unsigned in_flight;        /* messages */
  uint64_t *released_at_ns;  /* ring of options.pipeline times */
};

struct client_totals client_totals;

static struct client_options options;
static struct connection *connections;
static int poller;
static char block[PERIOD + IO_BYTES_MAX];
static char received[IO_BYTES_MAX];

/* The state of one client_run. */
static bool sending;
static uint64_t messages_left;
static uint64_t in_flight;

static const char *stream_bytes(const struct connection *connection, uint64_t position) {
  return block + (connection->start + position) % PERIOD;
}

static void connection_close(struct connection *connection) {
  close(connection->fd);
  connection->fd = -1;
  in_flight -= connection->in_flight;
  connection->in_flight = 0;
}

static void connection_fail(struct connection *connection) {
  client_totals.errors++;
  connection_close(connection);
}

static void connection_open(struct connection *connection) {
  const struct sockaddr_in address = {
      .sin_family = AF_INET,
      .sin_port = htons((uint16_t)options.port),
      .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
  };
  /* Closing sends a reset: no TIME_WAIT, so the ports do not run out. */
  const struct linger reset = {.l_onoff = 1, .l_linger = 0};
  const int on = 1;
  int kind = options.datagrams ? SOCK_DGRAM : SOCK_STREAM;
  int fd = socket(AF_INET, kind | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) die("socket");
  if (!options.datagrams) {
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  if (connect(fd, (const struct sockaddr *)&address, sizeof address) < 0 && errno != EINPROGRESS) {
    die("connect");
  }
  struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = connection};
  if (epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event) < 0) die("epoll_ctl");

  uint64_t index = (uint64_t)(connection - connections);
  connection->start = (index * 7919 + connection->opened++ * 101) % PERIOD;
  connection->fd = fd;
  connection->released_bytes = connection->sent_bytes = 0;
  connection->received_bytes = connection->echoed_bytes = 0;
}

static void connection_flush(struct connection *connection) {
  while (connection->sent_bytes < connection->released_bytes) {
    uint64_t length = connection->released_bytes - connection->sent_bytes;
    if (length > IO_BYTES_MAX) length = IO_BYTES_MAX;
    ssize_t sent = send(connection->fd, stream_bytes(connection, connection->sent_bytes), length,
                        MSG_NOSIGNAL);
    if (sent < 0) {
      if (errno != EAGAIN) connection_fail(connection);
      return;
    }
    connection->sent_bytes += (uint64_t)sent;
  }
}

/* Fills the pipeline, as far as messages may still be sent. */
static void connection_release(struct connection *connection, uint64_t at_ns) {
  while (sending && messages_left > 0 && connection->in_flight < options.pipeline) {
    unsigned place = connection->oldest + connection->in_flight;
    if (place >= options.pipeline) place -= options.pipeline;
    connection->released_at_ns[place] = at_ns;
    connection->released_bytes += options.message_bytes;
    connection->in_flight++;
    in_flight++;
    messages_left--;
  }
  connection_flush(connection);
}

static void connection_start(struct connection *connection) {
  uint64_t at_ns = now_ns();
  if (options.churn) connection_open(connection);
  if (connection->fd >= 0) connection_release(connection, at_ns);
}

/* Counts the messages that are complete with the bytes received so far. */
static void connection_complete(struct connection *connection, uint64_t at_ns) {
  while (connection->received_bytes - connection->echoed_bytes >= options.message_bytes) {
    connection->echoed_bytes += options.message_bytes;
    histogram_record(&client_totals.latency_ns,
                     at_ns - connection->released_at_ns[connection->oldest]);
    if (++connection->oldest == options.pipeline) connection->oldest = 0;
    connection->in_flight--;
    in_flight--;
    client_totals.messages++;
  }
}

/* Receives and verifies what has come; false if the connection had to be given up. */
static bool connection_receive(struct connection *connection) {
  ssize_t length;
  do {
    length = recv(connection->fd, received, sizeof received, 0);
    if (length < 0 && errno == EAGAIN) return true;
    const char *expected = stream_bytes(connection, connection->received_bytes);
    bool wrong = length <= 0 ||
                 connection->received_bytes + (uint64_t)length > connection->sent_bytes ||
                 memcmp(received, expected, (size_t)length) != 0;
    if (wrong) {
      connection_fail(connection);
      return false;
    }
    connection->received_bytes += (uint64_t)length;
  } while (length == sizeof received);
  return true;
}

static void connection_event(struct connection *connection, uint32_t events) {
  if (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) {
    if (!connection_receive(connection)) return;
    uint64_t at_ns = now_ns();
    connection_complete(connection, at_ns);
    if (options.churn && connection->echoed_bytes > 0) {
      connection_close(connection);
      if (sending && messages_left > 0) connection_start(connection);
      return;
    }
    connection_release(connection, at_ns);
  } else {
    connection_flush(connection);
  }
}

void client_open(const struct client_options *given) {
  options = *given;
  poller = epoll_create1(EPOLL_CLOEXEC);
  if (poller < 0) die("epoll_create1");
  connections = calloc(options.connections, sizeof *connections);
  if (connections == NULL) die("calloc");
  for (size_t i = 0; i < sizeof block; i++) {
    block[i] = i < PERIOD ? (char)(random() & 0xff) : block[i - PERIOD];
  }
  for (unsigned i = 0; i < options.connections; i++) {
    connections[i].fd = -1;
    connections[i].released_at_ns = calloc(options.pipeline, sizeof(uint64_t));
    if (connections[i].released_at_ns == NULL) die("calloc");
    if (!options.churn) connection_open(&connections[i]);
  }
}

void client_run(uint64_t duration_ns, uint64_t messages_max) {
  static struct epoll_event events[EVENTS_MAX];
  const uint64_t stop_at_ns = now_ns() + duration_ns;
  sending = true;
  messages_left = messages_max;
  for (unsigned i = 0; i < options.connections; i++) connection_start(&connections[i]);
  while (in_flight > 0) {
    int count = epoll_wait(poller, events, EVENTS_MAX, POLL_TIMEOUT_MS);
    if (count < 0 && errno != EINTR) die("epoll_wait");
    uint64_t at_ns = now_ns();
    if (at_ns >= stop_at_ns) sending = false;
    if (at_ns >= stop_at_ns + DRAIN_NS_MAX) {
      fprintf(stderr, "stalled with %lu messages in flight\n", in_flight);
      client_totals.errors += in_flight;
      return;
    }
    for (int i = 0; i < count; i++) connection_event(events[i].data.ptr, events[i].events);
  }
}

/*
 * The connections of the load program, on epoll.
 *
 * The load must cost less per message than any server, so it does one send and one receive for
 * each and little else. Where messages are short, the receives of a poll are made together, and the
 * sends that follow: see calls.h.
 *
 * All payload comes from one block of random bytes, read as a ring of PERIOD bytes: each
 * connection's stream starts at its own place and runs on from there. What is to be sent, and what
 * must come back, is thus always a contiguous piece of the block: nothing is built or copied, a
 * burst is one send, and the check is one memcmp. PERIOD is prime, so no two messages of the same
 * connection are alike for a long time, whatever their size.
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
#include "calls.h"
#include "program.h"

enum { PERIOD = 65521, IO_BYTES_MAX = 256 * 1024, POLL_TIMEOUT_MS = 100 };

/* For each of the receives that are made together. So many lines do not all want one cache set. */
enum { ROW_BYTES = 63 * 64 };

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
static struct calls receives;
static struct calls sends;
static unsigned receives_max;
static size_t receive_bytes_max;

/* The state of one client_run. */
static bool sending;
static uint64_t messages_left;
static uint64_t in_flight;

static char *stream_bytes(const struct connection *connection, uint64_t position) {
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

static void make_sends(void);

static void connection_send(struct connection *connection) {
  uint64_t length = connection->released_bytes - connection->sent_bytes;
  if (length == 0) return;
  if (sends.count == CALLS_MAX) make_sends();
  sends.call[sends.count++] = (struct call){
      .fd = connection->fd,
      .is_send = true,
      .bytes = stream_bytes(connection, connection->sent_bytes),
      .length = length < IO_BYTES_MAX ? length : IO_BYTES_MAX,
      .owner = connection,
  };
}

/* A send that was cut short goes on, until the kernel takes no more. */
static void make_sends(void) {
  while (sends.count > 0) {
    calls_make(&sends);
    unsigned count = sends.count;
    sends.count = 0;
    for (unsigned i = 0; i < count; i++) {
      const struct call call = sends.call[i];
      struct connection *connection = call.owner;
      if (call.result < 0) {
        if (call.result != -EAGAIN) connection_fail(connection);
        continue;
      }
      connection->sent_bytes += (uint64_t)call.result;
      connection_send(connection);
    }
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
  connection_send(connection);
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

/* Verifies what has come; false if the connection had to be given up. */
static bool connection_verify(struct connection *connection, const struct call *call) {
  const char *expected = stream_bytes(connection, connection->received_bytes);
  bool wrong = call->result <= 0 ||
               connection->received_bytes + (uint64_t)call->result > connection->sent_bytes ||
               memcmp(call->bytes, expected, (size_t)call->result) != 0;
  if (wrong) connection_fail(connection);
  else connection->received_bytes += (uint64_t)call->result;
  return !wrong;
}

static void connection_received(struct connection *connection, uint64_t at_ns) {
  connection_complete(connection, at_ns);
  if (!options.churn || connection->echoed_bytes == 0) {
    connection_release(connection, at_ns);
    return;
  }
  connection_close(connection);
  if (sending && messages_left > 0) connection_start(connection);
}

static void connection_receive(struct connection *connection) {
  receives.call[receives.count] = (struct call){
      .fd = connection->fd,
      .bytes = received + receives.count * receive_bytes_max,
      .length = receive_bytes_max,
      .owner = connection,
  };
  receives.count++;
}

/* A receive that was filled goes on, until there is no more. */
static void make_receives(void) {
  while (receives.count > 0) {
    calls_make(&receives);
    uint64_t at_ns = now_ns();
    unsigned count = receives.count;
    receives.count = 0;
    for (unsigned i = 0; i < count; i++) {
      const struct call call = receives.call[i];
      struct connection *connection = call.owner;
      if (call.result != -EAGAIN && !connection_verify(connection, &call)) continue;
      if ((size_t)call.result == receive_bytes_max) connection_receive(connection);
      connection_received(connection, at_ns);
    }
    make_sends();
  }
}

static void connection_event(struct connection *connection, uint32_t events) {
  if (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) connection_receive(connection);
  else connection_send(connection);
  if (receives.count == receives_max) make_receives();
}

void client_open(const struct client_options *given) {
  options = *given;
  /* What a connection has in flight must fit a row. A long message gains nothing by company. */
  bool is_short = (uint64_t)options.pipeline * options.message_bytes < ROW_BYTES;
  receives_max = is_short ? CALLS_MAX : 1;
  receive_bytes_max = is_short ? ROW_BYTES : IO_BYTES_MAX;
  calls_open();
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
  static struct epoll_event events[CALLS_MAX];
  const uint64_t stop_at_ns = now_ns() + duration_ns;
  sending = true;
  messages_left = messages_max;
  for (unsigned i = 0; i < options.connections; i++) connection_start(&connections[i]);
  make_sends();
  while (in_flight > 0) {
    int count = epoll_wait(poller, events, CALLS_MAX, POLL_TIMEOUT_MS);
    if (count < 0 && errno != EINTR) die("epoll_wait");
    uint64_t at_ns = now_ns();
    if (at_ns >= stop_at_ns) sending = false;
    if (at_ns >= stop_at_ns + DRAIN_NS_MAX) {
      fprintf(stderr, "stalled with %lu messages in flight\n", in_flight);
      client_totals.errors += in_flight;
      return;
    }
    for (int i = 0; i < count; i++) connection_event(events[i].data.ptr, events[i].events);
    make_receives();
    make_sends();
  }
}

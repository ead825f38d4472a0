/*
 * Moves bytes through a TCP proxy: source and sink in one program, every byte in the checksums.
 *
 *   transfer --bytes N [--connections 1] [--both] [--warmup BYTES]
 *
 * It prints `listening on 127.0.0.1:PORT`, which is the target that the proxy must connect to.
 * Then each line on standard input is the port of a proxy, and runs a transfer: the connections are
 * opened, the warm-up bytes moved, `ready` is printed and a line awaited; N bytes are moved from
 * the clients' side to the target's, shared out among the connections, and a line of JSON is
 * printed; after another line the connections are closed. The proxy is idle whenever a line is
 * awaited.
 *
 * With --both N bytes go the other way at the same time. Without it the target's side answers with
 * RECEIPT_BYTES when it has seen the end: so a proxy must pass on the end of one direction and keep
 * the other.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include "flow.h"
#include "program.h"

enum { CONNECTIONS_MAX = 4096, EVENTS_MAX = 256, RECEIPT_BYTES = 4096, STALL_MS_MAX = 10000 };

static const uint64_t STALL_NS_MAX = STALL_MS_MAX * 1000000ull;

/* An end of the connection through the proxy. */
struct end {
  int fd;
  struct flow *out;
  struct flow *in;
  uint32_t interest;
};

struct connection {
  struct flow forth;
  struct flow back;
  struct end client;
  struct end target;
};

static struct {
  uint64_t bytes;
  uint64_t warmup_bytes;
  unsigned connections;
  bool both;
} plan = {.connections = 1};

static const struct option OPTIONS[] = {
    {"bytes", required_argument, NULL, 'b'}, {"connections", required_argument, NULL, 'c'},
    {"both", no_argument, NULL, '2'},        {"warmup", required_argument, NULL, 'w'},
    {NULL, 0, NULL, 0},
};

static struct connection connections[CONNECTIONS_MAX];
static int listener;
static int poller;

static void parse(int argc, char **argv) {
  int option;
  while ((option = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1) {
    switch (option) {
      case 'b': plan.bytes = (uint64_t)number(optarg, 1, 1e15); break;
      case 'c': plan.connections = (unsigned)number(optarg, 1, CONNECTIONS_MAX); break;
      case '2': plan.both = true; break;
      case 'w': plan.warmup_bytes = (uint64_t)number(optarg, 0, 1e15); break;
      default: refuse("unknown option");
    }
  }
  if (plan.bytes < plan.connections) refuse("--bytes is missing, or too small");
}

static struct sockaddr_in loopback(int port) {
  return (struct sockaddr_in){.sin_family = AF_INET,
                              .sin_port = htons((uint16_t)port),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static void start_listening(void) {
  struct sockaddr_in address = loopback(0);
  socklen_t address_bytes = sizeof address;
  listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (listener < 0 || bind(listener, (const struct sockaddr *)&address, sizeof address) < 0 ||
      listen(listener, CONNECTIONS_MAX) < 0 ||
      getsockname(listener, (struct sockaddr *)&address, &address_bytes) < 0) {
    die("listen");
  }
  printf("listening on 127.0.0.1:%d\n", ntohs(address.sin_port));
  fflush(stdout);
}

/* One after the other, so that it is known which belong together. */
static void open_both_ends(struct connection *connection, int port) {
  const struct sockaddr_in address = loopback(port);
  const int on = 1;
  int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (client < 0) die("socket");
  if (connect(client, (const struct sockaddr *)&address, sizeof address) < 0) die("connect");
  struct pollfd accepted = {.fd = listener, .events = POLLIN};
  if (poll(&accepted, 1, STALL_MS_MAX) <= 0) {
    fprintf(stderr, "the proxy did not connect to its target\n");
    exit(1);
  }
  int target = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (target < 0) die("accept");
  if (setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) < 0) die("setsockopt");
  if (setsockopt(target, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) < 0) die("setsockopt");
  if (fcntl(client, F_SETFL, O_NONBLOCK) < 0) die("fcntl");
  connection->client.fd = client;
  connection->target.fd = target;
}

static void end_watch(struct end *end) {
  bool may_send = end->out->sent_bytes < end->out->goal_bytes;
  uint32_t interest = (may_send ? EPOLLOUT : 0u) | (end->in->has_ended ? 0u : EPOLLIN);
  if (interest == end->interest) return;
  struct epoll_event event = {.events = interest, .data.ptr = end};
  if (epoll_ctl(poller, EPOLL_CTL_MOD, end->fd, &event) < 0) die("epoll_ctl");
  end->interest = interest;
}

static void connection_open(struct connection *connection, int port, unsigned index) {
  memset(connection, 0, sizeof *connection);
  open_both_ends(connection, port);
  struct flow *forth = &connection->forth, *back = &connection->back;
  struct end *client = &connection->client, *target = &connection->target;
  *client = (struct end){.fd = client->fd, .out = forth, .in = back};
  *target = (struct end){.fd = target->fd, .out = back, .in = forth};
  forth->from = back->to = client->fd;
  forth->to = back->from = target->fd;
  uint64_t bytes = plan.bytes / plan.connections;
  if (index < plan.bytes % plan.connections) bytes++;
  uint64_t warmup_bytes = plan.warmup_bytes / plan.connections;
  forth->total_bytes = warmup_bytes + bytes;
  back->total_bytes = plan.both ? forth->total_bytes : RECEIPT_BYTES;
  forth->start = index * 7919;
  back->start = index * 7919 + 104729;
  forth->goal_bytes = warmup_bytes;
  back->goal_bytes = plan.both ? warmup_bytes : 0;
  hash_init(&forth->received);
  hash_init(&back->received);
  struct end *ends[2] = {client, target};
  for (int i = 0; i < 2; i++) {
    struct epoll_event event = {.events = 0, .data.ptr = ends[i]};
    if (epoll_ctl(poller, EPOLL_CTL_ADD, ends[i]->fd, &event) < 0) die("epoll_ctl");
    end_watch(ends[i]);
  }
}

static bool flow_is_behind(const struct flow *flow) {
  return flow->received.length < flow->goal_bytes ||
         (flow->goal_bytes == flow->total_bytes && !flow->has_ended);
}

/* Whether the proxy still has something to do. */
static bool is_under_way(void) {
  for (unsigned i = 0; i < plan.connections; i++) {
    if (flow_is_behind(&connections[i].forth) || flow_is_behind(&connections[i].back)) return true;
  }
  return false;
}

static void end_event(struct end *end, uint32_t events) {
  if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) && !end->in->has_ended) {
    flow_receive(end->in);
    /* The receipt. */
    if (end->in->has_ended) end->out->goal_bytes = end->out->total_bytes;
  }
  if (events & EPOLLOUT) flow_send(end->out);
  end_watch(end);
}

/* Everything that was sent or received, and the ends. */
static uint64_t progress(void) {
  uint64_t sum = 0;
  for (unsigned i = 0; i < plan.connections; i++) {
    const struct flow *forth = &connections[i].forth, *back = &connections[i].back;
    sum += forth->sent_bytes + forth->received.length + forth->has_ended;
    sum += back->sent_bytes + back->received.length + back->has_ended;
  }
  return sum;
}

static void run(void) {
  struct epoll_event events[EVENTS_MAX];
  uint64_t seen = progress();
  uint64_t look_at_ns = now_ns() + STALL_NS_MAX;
  while (is_under_way()) {
    int count = epoll_wait(poller, events, EVENTS_MAX, STALL_MS_MAX);
    if (count < 0 && errno != EINTR) die("epoll_wait");
    for (int i = 0; i < count; i++) end_event(events[i].data.ptr, events[i].events);
    if (now_ns() < look_at_ns) continue;
    look_at_ns = now_ns() + STALL_NS_MAX;
    uint64_t now_seen = progress();
    if (now_seen == seen) {
      fprintf(stderr, "stalled: nothing moved for %d ms\n", STALL_MS_MAX);
      exit(1);
    }
    seen = now_seen;
  }
}

static void release_all(void) {
  for (unsigned i = 0; i < plan.connections; i++) {
    struct connection *connection = &connections[i];
    connection->forth.goal_bytes = connection->forth.total_bytes;
    if (plan.both) connection->back.goal_bytes = connection->back.total_bytes;
    end_watch(&connection->client);
    end_watch(&connection->target);
  }
}

/* Ends the program over a checksum that differs. Returns a checksum of all checksums. */
static uint64_t verify(void) {
  struct stream_hash all;
  hash_init(&all);
  for (unsigned i = 0; i < plan.connections; i++) {
    struct flow *flows[2] = {&connections[i].forth, &connections[i].back};
    for (int j = 0; j < 2; j++) {
      uint64_t expected = flow_expected(flows[j]);
      uint64_t found = hash_value(&flows[j]->received);
      hash_update(&all, (const unsigned char *)&found, sizeof found);
      if (found == expected) continue;
      fprintf(stderr, "connection %u, %s: %lu of %lu bytes, checksum %016lx, not %016lx\n", i,
              j == 0 ? "forth" : "back", flows[j]->received.length, flows[j]->total_bytes, found,
              expected);
      exit(1);
    }
  }
  return hash_value(&all);
}

static void transfer(int port) {
  for (unsigned i = 0; i < plan.connections; i++) connection_open(&connections[i], port, i);
  run();
  puts("ready");
  fflush(stdout);
  wait_at_gate();

  double cpu_before = cpu_seconds();
  uint64_t start_ns = now_ns();
  release_all();
  run();
  double seconds = (double)(now_ns() - start_ns) / 1e9;
  double cpu_share = (cpu_seconds() - cpu_before) / seconds;
  uint64_t bytes = plan.both ? 2 * plan.bytes : plan.bytes;
  printf("{\"bytes\":%lu,\"seconds\":%.6f,\"checksum\":\"%016lx\",\"cpuShare\":%.3f}\n", bytes,
         seconds, verify(), cpu_share);
  fflush(stdout);
  wait_at_gate();
  for (unsigned i = 0; i < plan.connections; i++) {
    close(connections[i].client.fd);
    close(connections[i].target.fd);
  }
}

int main(int argc, char **argv) {
  char line[32];
  parse(argc, argv);
  raise_descriptor_limit();
  flow_prepare();
  poller = epoll_create1(EPOLL_CLOEXEC);
  if (poller < 0) die("epoll_create1");
  start_listening();
  while (fgets(line, sizeof line, stdin) != NULL) {
    line[strcspn(line, "\n")] = '\0';
    transfer((int)number(line, 1, 65535));
  }
  return 0;
}

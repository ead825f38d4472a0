/*
 * The load program: many connections to an echo server on 127.0.0.1, each byte verified, each
 * message's latency recorded. Prints one line of JSON.
 *
 *   load --port P [--connections 50] [--size 64] [--pipeline 1] [--seconds 5 | --messages N]
 *        [--warmup 1] [--churn | --udp] [--gate]
 *
 * --churn opens a connection, echoes one message and resets it, always --connections at once.
 * --udp sends datagrams, each of --connections sockets one at a time.
 *
 * --gate lets the runner read the server's CPU time at moments when the server is idle: after the
 * warm-up `ready` is printed and a line awaited from standard input; after the JSON line another
 * one, before the connections close.
 */
#include <getopt.h>
#include <string.h>
#include <unistd.h>
#include "client.h"
#include "program.h"

enum { SECONDS_MAX = 60, GRACE_SECONDS = 30, DATAGRAM_BYTES_MAX = 65507 };

struct plan {
  struct client_options client;
  double seconds;
  double warmup_seconds;
  uint64_t messages_max;
  bool gate;
};

static const struct option OPTIONS[] = {
    {"port", required_argument, NULL, 'p'},     {"connections", required_argument, NULL, 'c'},
    {"size", required_argument, NULL, 'b'},     {"pipeline", required_argument, NULL, 'd'},
    {"seconds", required_argument, NULL, 's'},  {"messages", required_argument, NULL, 'm'},
    {"warmup", required_argument, NULL, 'w'},   {"churn", no_argument, NULL, 'x'},
    {"gate", no_argument, NULL, 'g'},           {"udp", no_argument, NULL, 'u'},
    {NULL, 0, NULL, 0},
};

static struct plan parse(int argc, char **argv) {
  struct plan plan = {
      .client = {.connections = 50, .message_bytes = 64, .pipeline = 1},
      .seconds = 5,
      .warmup_seconds = 1,
      .messages_max = UINT64_MAX,
  };
  bool timed = false;
  int option;
  while ((option = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1) {
    switch (option) {
      case 'p': plan.client.port = (int)number(optarg, 1, 65535); break;
      case 'c': plan.client.connections = (unsigned)number(optarg, 1, 100000); break;
      case 'b': plan.client.message_bytes = (size_t)number(optarg, 1, 16 << 20); break;
      case 'd': plan.client.pipeline = (unsigned)number(optarg, 1, 65536); break;
      case 's': plan.seconds = number(optarg, 0.01, SECONDS_MAX), timed = true; break;
      case 'm': plan.messages_max = (uint64_t)number(optarg, 1, 1e15); break;
      case 'w': plan.warmup_seconds = number(optarg, 0, SECONDS_MAX); break;
      case 'x': plan.client.churn = true; break;
      case 'u': plan.client.datagrams = true; break;
      case 'g': plan.gate = true; break;
      default: refuse("unknown option");
    }
  }
  if (plan.client.port == 0) refuse("--port is missing");
  bool is_single = plan.client.churn || plan.client.datagrams;
  if (is_single && plan.client.pipeline != 1) refuse("--churn, --udp: one message at a time");
  if (plan.client.datagrams && plan.client.message_bytes > DATAGRAM_BYTES_MAX) refuse("--size");
  if (plan.messages_max != UINT64_MAX && !timed) plan.seconds = SECONDS_MAX;
  return plan;
}

static double quantile_us(double quantile) {
  return (double)histogram_quantile(&client_totals.latency_ns, quantile) / 1e3;
}

static void report(const struct plan *plan, double seconds, double cpu_share) {
  uint64_t messages = client_totals.messages;
  printf("{\"connections\":%u,\"sizeBytes\":%zu,\"pipeline\":%u,\"messages\":%lu,\"seconds\":%.6f,",
         plan->client.connections, plan->client.message_bytes, plan->client.pipeline, messages,
         seconds);
  printf("\"%s\":%.1f,\"bytes\":%lu,\"errors\":%lu,",
         plan->client.churn ? "connectionsPerSecond" : "messagesPerSecond",
         (double)messages / seconds, messages * plan->client.message_bytes, client_totals.errors);
  printf("\"p50Us\":%.1f,\"p99Us\":%.1f,\"p999Us\":%.1f,\"cpuShare\":%.3f}\n", quantile_us(0.5),
         quantile_us(0.99), quantile_us(0.999), cpu_share);
  fflush(stdout);
}

int main(int argc, char **argv) {
  struct plan plan = parse(argc, argv);
  alarm((unsigned)(plan.seconds + plan.warmup_seconds) + GRACE_SECONDS);
  raise_descriptor_limit();
  client_open(&plan.client);
  if (plan.warmup_seconds > 0) client_run((uint64_t)(plan.warmup_seconds * 1e9), UINT64_MAX);
  if (plan.gate) {
    puts("ready");
    fflush(stdout);
    wait_at_gate();
  }
  uint64_t warmup_errors = client_totals.errors;
  memset(&client_totals, 0, sizeof client_totals);
  client_totals.errors = warmup_errors;

  double cpu_before = cpu_seconds();
  uint64_t start_ns = now_ns();
  client_run((uint64_t)(plan.seconds * 1e9), plan.messages_max);
  double seconds = (double)(now_ns() - start_ns) / 1e9;
  report(&plan, seconds, (cpu_seconds() - cpu_before) / seconds);
  if (plan.gate) wait_at_gate();
  return client_totals.errors == 0 ? 0 : 1;
}

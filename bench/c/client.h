/* The connections of the load program: see client.c. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "histogram.h"

struct client_options {
  int port;
  unsigned connections;
  size_t message_bytes;
  unsigned pipeline; /* messages in flight on each connection */
  bool churn;        /* each connection echoes one message, then a new one takes its place */
  bool datagrams;    /* UDP: a message is a datagram, and one that is lost is an error */
};

struct client_totals {
  uint64_t messages; /* echoed and verified */
  uint64_t errors;   /* wrong bytes, lost connections, stalls */
  struct histogram latency_ns;
};

extern struct client_totals client_totals;

/* Prepares the connections; unless they churn, they are opened here and stay open. */
void client_open(const struct client_options *options);

/*
 * Sends for duration_ns or until messages_max are sent, then waits until all of them came back. No
 * message is in flight when it returns, so whatever is measured around it counts whole messages.
 */
void client_run(uint64_t duration_ns, uint64_t messages_max);

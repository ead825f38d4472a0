/*
 * One direction of a connection through a proxy: a source that sends, a sink that checks.
 *
 * Both must cost far less than any proxy, which copies each byte twice. The source copies nothing:
 * its bytes lie in a file in memory, read as a ring of PERIOD bytes, and sendfile hands the kernel
 * the file's own pages. They never change, so the checksum of what will be sent is known before the
 * time runs. The sink takes the checksum of what arrives, piece by piece, while it is in the cache.
 */
#pragma once
#include <stdbool.h>
#include "stream_hash.h"

struct flow {
  int from;
  int to;
  uint64_t start;       /* where in the ring its bytes start */
  uint64_t total_bytes; /* up to the end of the flow */
  uint64_t goal_bytes;  /* that may be sent for now */
  uint64_t sent_bytes;
  bool is_sent; /* all of it, and the end after it */
  bool has_ended;
  struct stream_hash received;
};

/* Makes the ring. */
void flow_prepare(void);

/* The checksum of what the flow sends in all. */
uint64_t flow_expected(const struct flow *flow);

/* Sends once; with the last byte the end of the stream. */
void flow_send(struct flow *flow);

/* Receives once; ends the program if more comes than was sent, or the end too early. */
void flow_receive(struct flow *flow);

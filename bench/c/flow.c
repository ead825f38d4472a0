/* See flow.h. */
#include "flow.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>
#include "program.h"

/* The period is prime: blocks that change places, or come twice, are found. */
enum { PERIOD = 1048573, SEND_BYTES_MAX = 256 * 1024, RECEIVE_BYTES_MAX = 256 * 1024 };

static int ring_file;
static unsigned char *ring;
static unsigned char received[RECEIVE_BYTES_MAX];

void flow_prepare(void) {
  ring_file = memfd_create("ring", MFD_CLOEXEC);
  if (ring_file < 0 || ftruncate(ring_file, PERIOD) < 0) die("memfd_create");
  ring = mmap(NULL, PERIOD, PROT_READ | PROT_WRITE, MAP_SHARED, ring_file, 0);
  if (ring == MAP_FAILED) die("mmap");
  for (size_t i = 0; i < PERIOD; i++) ring[i] = (unsigned char)(random() & 0xff);
}

/* The bytes from a place in the stream that lie together in the ring, at most so many. */
static size_t contiguous(const struct flow *flow, uint64_t position, uint64_t length_max,
                         off_t *place) {
  *place = (off_t)((flow->start + position) % PERIOD);
  uint64_t length = PERIOD - (uint64_t)*place;
  return length < length_max ? length : length_max;
}

uint64_t flow_expected(const struct flow *flow) {
  struct stream_hash hash;
  hash_init(&hash);
  while (hash.length < flow->total_bytes) {
    off_t place;
    size_t length = contiguous(flow, hash.length, flow->total_bytes - hash.length, &place);
    hash_update(&hash, ring + place, length);
  }
  return hash_value(&hash);
}

void flow_send(struct flow *flow) {
  uint64_t left = flow->goal_bytes - flow->sent_bytes;
  if (left > 0) {
    off_t place;
    uint64_t length_max = left < SEND_BYTES_MAX ? left : SEND_BYTES_MAX;
    size_t length = contiguous(flow, flow->sent_bytes, length_max, &place);
    ssize_t sent = sendfile(flow->from, ring_file, &place, length);
    if (sent < 0 && errno != EAGAIN) die("sendfile");
    if (sent > 0) flow->sent_bytes += (uint64_t)sent;
  }
  if (flow->sent_bytes == flow->total_bytes && !flow->is_sent) {
    flow->is_sent = true;
    if (shutdown(flow->from, SHUT_WR) < 0) die("shutdown");
  }
}

void flow_receive(struct flow *flow) {
  ssize_t length = recv(flow->to, received, sizeof received, 0);
  if (length < 0 && errno == EAGAIN) return;
  if (length < 0) die("recv");
  flow->has_ended = length == 0;
  hash_update(&flow->received, received, (size_t)length);
  uint64_t length_now = flow->received.length;
  bool is_short = flow->has_ended && length_now < flow->total_bytes;
  if (length_now <= flow->sent_bytes && !is_short) return;
  fprintf(stderr, "%s of %lu bytes, %lu were sent and %lu came\n",
          is_short ? "the early end" : "a flow", flow->total_bytes, flow->sent_bytes, length_now);
  exit(1);
}

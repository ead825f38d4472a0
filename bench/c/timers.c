/*
 * The yardstick of timers: uv_timer_t, as a libuv user would use it.
 *
 *   timers PAIRS PENDING COUNT MS
 *
 * Sets and clears one timer PAIRS times, alone and beside PENDING others; then looks how late COUNT
 * timers of MS ms come, one after the other.
 */
#include <uv.h>
#include "program.h"

static const uint64_t HOUR_MS = 3600000;

static uint64_t *late_ns;
static uint64_t due_ns;
static uint64_t interval_ms;
static unsigned seen, wanted;

static void never(uv_timer_t *timer) {
  (void)timer;
}

static void measure_pairs(uv_loop_t *loop, unsigned pairs, unsigned pending) {
  uv_timer_t *timers = calloc(pending + 1, sizeof *timers);
  if (timers == NULL) die("calloc");
  for (unsigned i = 0; i <= pending; i++) uv_timer_init(loop, &timers[i]);
  /* Evenly spread over an hour, in no order: multiples of the golden ratio. */
  for (unsigned i = 1; i <= pending; i++) {
    double part = (double)i * 0.6180339887498949;
    uint64_t at_ms = HOUR_MS + (uint64_t)((part - (double)(uint64_t)part) * (double)HOUR_MS);
    uv_timer_start(&timers[i], never, at_ms, 0);
  }
  uint64_t start_ns = now_ns();
  for (unsigned i = 0; i < pairs; i++) {
    uv_timer_start(&timers[0], never, 2 * HOUR_MS + i / 1000, 0);
    uv_timer_stop(&timers[0]);
  }
  double ns = (double)(now_ns() - start_ns) / pairs;
  tell(pending > 0 ? "set and clear, many pending" : "set and clear, alone", "ns", ns);
}

static void on_due(uv_timer_t *timer) {
  late_ns[seen++] = now_ns() - due_ns;
  if (seen == wanted) return;
  uv_update_time(timer->loop);
  due_ns = now_ns() + interval_ms * 1000000;
  uv_timer_start(timer, on_due, interval_ms, 0);
}

static int compare(const void *left, const void *right) {
  uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
  return (a > b) - (a < b);
}

static void measure_lateness(uv_loop_t *loop, unsigned count, unsigned ms) {
  uv_timer_t timer;
  late_ns = calloc(count, sizeof *late_ns);
  if (late_ns == NULL) die("calloc");
  wanted = count;
  interval_ms = ms;
  uv_timer_init(loop, &timer);
  uv_update_time(loop);
  due_ns = now_ns() + interval_ms * 1000000;
  uv_timer_start(&timer, on_due, interval_ms, 0);
  uv_run(loop, UV_RUN_DEFAULT);
  /* A timer of whole milliseconds may come up to one early: libuv rounds the time down. */
  for (unsigned i = 0; i < count; i++) {
    if ((int64_t)late_ns[i] < 0) late_ns[i] = 0;
  }
  qsort(late_ns, count, sizeof *late_ns, compare);
  tell("late p50", "µs", (double)late_ns[count / 2] / 1e3);
  tell("late p99", "µs", (double)late_ns[count * 99 / 100] / 1e3);
}

int main(int argc, char **argv) {
  if (argc != 5) refuse("timers PAIRS PENDING COUNT MS");
  unsigned pairs = (unsigned)number(argv[1], 1, 1e9);
  unsigned pending = (unsigned)number(argv[2], 1, 1e8);
  uv_loop_t *loop = uv_default_loop();
  measure_pairs(loop, pairs, 0);
  measure_lateness(loop, (unsigned)number(argv[3], 1, 1e6), (unsigned)number(argv[4], 1, 1e6));
  measure_pairs(loop, pairs, pending);
  return 0;
}

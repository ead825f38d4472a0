/*
 * The yardstick of wake-ups: a thread calls uv_async_send, the loop's thread answers through a
 * semaphore, and so on, in step.
 *
 *   wakeups COUNT
 *
 * Prints the times from the send to the callback, and those of the round trips.
 */
#include <uv.h>
#include "histogram.h"
#include "program.h"

static uv_async_t async;
static uv_sem_t seen;
static unsigned woken, wanted;
static struct histogram round_trip_ns, wakeup_ns;
/* Written before each send. */
static uint64_t sent_ns;

static void on_async(uv_async_t *handle) {
  histogram_record(&wakeup_ns, now_ns() - sent_ns);
  woken++;
  if (woken == wanted) uv_close((uv_handle_t *)handle, NULL);
  uv_sem_post(&seen);
}

static void wake(void *argument) {
  (void)argument;
  for (unsigned i = 0; i < wanted; i++) {
    uint64_t start_ns = sent_ns = now_ns();
    uv_async_send(&async);
    uv_sem_wait(&seen);
    histogram_record(&round_trip_ns, now_ns() - start_ns);
  }
}

int main(int argc, char **argv) {
  if (argc != 2) refuse("wakeups COUNT");
  wanted = (unsigned)number(argv[1], 1, 1e9);
  uv_loop_t *loop = uv_default_loop();
  uv_thread_t thread;
  uv_sem_init(&seen, 0);
  uv_async_init(loop, &async, on_async);
  uv_thread_create(&thread, wake, NULL);
  uv_run(loop, UV_RUN_DEFAULT);
  uv_thread_join(&thread);
  tell("wake-up p50", "µs", (double)histogram_quantile(&wakeup_ns, 0.5) / 1e3);
  tell("wake-up p99", "µs", (double)histogram_quantile(&wakeup_ns, 0.99) / 1e3);
  tell("round trip p50", "µs", (double)histogram_quantile(&round_trip_ns, 0.5) / 1e3);
  tell("round trip p99", "µs", (double)histogram_quantile(&round_trip_ns, 0.99) / 1e3);
  return 0;
}

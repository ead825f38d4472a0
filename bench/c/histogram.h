/*
 * A log-linear histogram: 32 steps to each power of two, so a quantile is at most 3 % too low and
 * recording is a shift and an increment.
 */
#pragma once
#include <stdint.h>

enum { STEP_BITS = 5, STEPS = 1 << STEP_BITS, HISTOGRAM_BUCKETS = (64 - STEP_BITS + 1) * STEPS };

struct histogram {
  uint64_t count;
  uint64_t buckets[HISTOGRAM_BUCKETS];
};

static inline unsigned histogram_bucket(uint64_t value) {
  if (value < STEPS) return (unsigned)value;
  unsigned shift = 63 - STEP_BITS - (unsigned)__builtin_clzll(value);
  return shift * STEPS + (unsigned)(value >> shift);
}

/* The smallest value that falls into the bucket. */
static inline uint64_t histogram_value(unsigned bucket) {
  if (bucket < 2 * STEPS) return bucket;
  unsigned shift = bucket / STEPS - 1;
  return (uint64_t)(bucket % STEPS + STEPS) << shift;
}

static inline void histogram_record(struct histogram *histogram, uint64_t value) {
  histogram->count++;
  histogram->buckets[histogram_bucket(value)]++;
}

static inline uint64_t histogram_quantile(const struct histogram *histogram, double quantile) {
  uint64_t rank = (uint64_t)((double)histogram->count * quantile);
  uint64_t seen = 0;
  for (unsigned bucket = 0; bucket < HISTOGRAM_BUCKETS; bucket++) {
    seen += histogram->buckets[bucket];
    if (seen > rank) return histogram_value(bucket);
  }
  return 0;
}

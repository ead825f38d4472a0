/* What the programs that measure have in common: arguments, clocks, errors, and the gate. */
#pragma once
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

_Noreturn static inline void die(const char *what) {
  perror(what);
  exit(1);
}

/* Ends the program over a command line that makes no sense. */
_Noreturn static inline void refuse(const char *why) {
  fprintf(stderr, "not understood: %s\n", why);
  exit(2);
}

/* A number in [min, max]; anything else ends the program. */
static inline double number(const char *text, double min, double max) {
  char *end;
  double value = strtod(text, &end);
  if (*text == '\0' || *end != '\0' || !(value >= min && value <= max)) refuse(text);
  return value;
}

static inline uint64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* What this process has used of its CPU. */
static inline double cpu_seconds(void) {
  struct timespec used;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return (double)used.tv_sec + (double)used.tv_nsec / 1e9;
}

/* Prints one `Reading` of bench/programs/reading.ts. */
static inline void tell(const char *metric, const char *unit, double value) {
  printf("{\"metric\":\"%s\",\"unit\":\"%s\",\"value\":%.3f}\n", metric, unit, value);
}

/* As many descriptors as the system allows: each connection needs one; 1024 is usual. */
static inline void raise_descriptor_limit(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) < 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

/* Waits for a line, so that the runner can look at the server while nothing happens. */
static inline void wait_at_gate(void) {
  int byte;
  do byte = getchar();
  while (byte != '\n' && byte != EOF);
}

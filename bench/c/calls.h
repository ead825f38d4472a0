/*
 * Calls on sockets that are made together: by one system call of an io_uring where there is one,
 * one by one elsewhere. None of them waits.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { CALLS_MAX = 64 };

struct call {
  int fd;
  bool is_send;
  void *bytes;
  size_t length;
  void *owner;    /* of the caller's own */
  ssize_t result; /* bytes, or -errno */
};

struct calls {
  unsigned count;
  struct call call[CALLS_MAX];
};

/* Before the first calls are made, in the thread that makes them. */
void calls_open(void);

/* Makes the calls in their order and sets the result of each. */
void calls_make(struct calls *calls);

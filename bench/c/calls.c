/* See calls.h. liburing-dev is optional. */
#include "calls.h"

#include <errno.h>
#include <sys/socket.h>
#include "program.h"

enum { SEND_FLAGS = MSG_DONTWAIT | MSG_NOSIGNAL, RECEIVE_FLAGS = MSG_DONTWAIT };

static void make_alone(struct call *call) {
  ssize_t result = call->is_send ? send(call->fd, call->bytes, call->length, SEND_FLAGS)
                                 : recv(call->fd, call->bytes, call->length, RECEIVE_FLAGS);
  call->result = result < 0 ? -errno : result;
}

static void make_one_by_one(struct calls *calls) {
  for (unsigned i = 0; i < calls->count; i++) make_alone(&calls->call[i]);
}

#if __has_include(<liburing.h>)
#include <liburing.h>

static struct io_uring uring;
static bool has_uring;

void calls_open(void) {
  struct io_uring_params params = {
      .flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN,
  };
  has_uring = io_uring_queue_init_params(CALLS_MAX, &uring, &params) == 0;
}

static void queue(struct call *call) {
  struct io_uring_sqe *entry = io_uring_get_sqe(&uring);
  if (call->is_send) {
    io_uring_prep_send(entry, call->fd, call->bytes, call->length, SEND_FLAGS);
  } else {
    io_uring_prep_recv(entry, call->fd, call->bytes, call->length, RECEIVE_FLAGS);
  }
  io_uring_sqe_set_data(entry, call);
}

static void make_together(struct calls *calls) {
  for (unsigned i = 0; i < calls->count; i++) queue(&calls->call[i]);
  if (io_uring_submit_and_wait(&uring, calls->count) < 0) die("io_uring_enter");
  struct io_uring_cqe *done;
  unsigned head;
  io_uring_for_each_cqe(&uring, head, done) {
    ((struct call *)io_uring_cqe_get_data(done))->result = done->res;
  }
  io_uring_cq_advance(&uring, calls->count);
}

void calls_make(struct calls *calls) {
  if (has_uring && calls->count > 1) make_together(calls);
  else make_one_by_one(calls);
}

#else

void calls_open(void) {}

void calls_make(struct calls *calls) {
  make_one_by_one(calls);
}

#endif

/* Calls on sockets that are made together: see `../memory/batch.ts`. */

#pragma once

#include "layout.h"

/* MSG_DONTWAIT and MSG_NOSIGNAL of Linux: the only system that runs this code. */
#define RECEIVE_FLAGS 0x40
#define SEND_FLAGS (0x40 | 0x4000)
/* Fewer calls than that cost less one by one. */
#define TOGETHER_MIN 4u
#define OP_SEND 26
#define OP_RECV 27
#define ENTER_GETEVENTS 1

/*
 * Sends by the kernel's own entry: libc's are cancellation points, and the runtimes have threads,
 * so each call there costs two atomic operations.
 */
#if defined(__x86_64__)
#define SENDTO 44
#define RECVFROM 45
#define SENDMSG 46
#elif defined(__aarch64__)
#define SENDTO 206
#define RECVFROM 207
#define SENDMSG 211
#endif
#define IO_URING_ENTER 426

/* There must be room. */
static inline void queue_call(struct batch* batch, u32 opcode, i32 fd, const void* bytes,
                              u64 length, u32 flags, u64 user_data) {
  u32 at = (*batch->tail + batch->queued++) & (batch->entries - 1);
  struct submission* call = &batch->submissions[at];
  call->opcode = (u8)opcode;
  call->fd = fd;
  call->address = (u64)bytes;
  call->length = (u32)length;
  call->call_flags = flags;
  call->user_data = user_data;
}

/* Asks the kernel for the calls that are queued. Returns how many it has taken. */
static inline u32 submit(struct batch* batch) {
  u32 tail = *batch->tail;
  if (batch->fd < 0 || batch->queued < TOGETHER_MIN) return 0;
  __atomic_store_n(batch->tail, tail + batch->queued, __ATOMIC_RELEASE);
  i64 taken = system_call(IO_URING_ENTER, batch->fd, batch->queued, 0, 0, 0, 0);
  if (taken < 0) taken = 0;
  __atomic_store_n(batch->tail, tail + (u32)taken, __ATOMIC_RELEASE);
  return (u32)taken;
}

static inline i64 make_alone(const struct submission* call) {
  i64 number = call->opcode == OP_SEND ? SENDTO : RECVFROM;
  return system_call(number, call->fd, (i64)call->address, call->length, call->call_flags, 0, 0);
}

/*
 * Makes the calls that are queued, in their order, and tells the answer of each. None of them
 * waits, so the kernel has answered to all when it returns; should it not, it is waited for.
 */
static inline __attribute__((always_inline)) void make_calls(
    struct ring* ring, void (*answer)(struct ring* ring, u64 user_data, i64 result)) {
  struct batch* batch = &ring->batch;
  u32 taken = submit(batch);
  u32 head = taken != 0 ? *batch->completed_head : 0;
  for (u32 i = 0; i < taken; i++) {
    while (head == __atomic_load_n(batch->completed_tail, __ATOMIC_ACQUIRE)) {
      system_call(IO_URING_ENTER, batch->fd, 0, 1, ENTER_GETEVENTS, 0, 0);
    }
    const struct completion* done = &batch->completions[head++ & (2 * batch->entries - 1)];
    answer(ring, done->user_data, done->result);
  }
  if (taken != 0) __atomic_store_n(batch->completed_head, head, __ATOMIC_RELEASE);
  for (u32 i = taken; i < batch->queued; i++) {
    u32 at = (*batch->tail + i - taken) & (batch->entries - 1);
    const struct submission* call = &batch->submissions[at];
    answer(ring, call->user_data, make_alone(call));
  }
  batch->queued = 0;
}

/* What the callbacks and TypeScript share: see `../memory/ring_layout.ts` and `kinds.ts`. */

#pragma once

#include "system_call.h"

/* uv_buf_t on POSIX systems. */
struct buf {
  u8* base;
  u64 len;
};

/* What drains to TypeScript. `kind` says what `a`, `b` and `c` mean: see kinds.ts. */
struct record {
  u32 slot;
  u32 generation;
  u32 kind;
  i32 a;
  i64 b;
  i64 c;
};

/*
 * What goes the other way: a write that TypeScript has submitted. `base` and `len` are a buffer;
 * with `len` 0, `base` points to an array of them. A `count` of 0 leaves the write out.
 */
struct write {
  void* handle;
  u8* base;
  u64 len;
  u32 count;
  i32 fd;     /* of a connected socket; -1 leaves the write to libuv */
  i32 result; /* bytes, or -errno */
  u32 reserved;
};

/*
 * A datagram that TypeScript has submitted: it begins as a write does. `base` and `len` are a
 * buffer; with a `count` above 1, `base` points to an array of them, and `len` is their sum. A
 * `count` of 0 leaves the datagram out.
 */
struct send {
  void* handle;
  u8* base;
  u64 len;
  u32 count;
  i32 fd;            /* -1: its socket was full at an earlier one */
  i32 result;        /* bytes, or -errno */
  u32 address_bytes; /* 0: the socket is connected */
  u8* address;       /* of the receiver; 0: it is in `room` */
  u8 room[32];
};

/* A call on a socket: io_uring_sqe of <linux/io_uring.h>, as far as we need it. */
struct submission {
  u8 opcode;
  u8 flags;
  unsigned short priority;
  i32 fd;
  u64 offset;
  u64 address;
  u32 length;
  u32 call_flags;
  u64 user_data;
  u64 rest[3];
};

/* Its answer: io_uring_cqe. */
struct completion {
  u64 user_data;
  i32 result;
  u32 flags;
};

/*
 * Calls on sockets that are made together: by an io_uring, of which the kernel shares what is
 * pointed to here, or one by one where there is none. See `../memory/batch.ts`.
 */
struct batch {
  u32* tail;           /* of the submissions that the kernel was given: ours */
  struct submission* submissions;
  u32* completed_head; /* ours */
  u32* completed_tail; /* the kernel's */
  struct completion* completions;
  u32 entries;         /* of the submissions: a power of 2; the completions are twice as many */
  u32 queued;          /* submissions that the kernel was not given yet */
  i32 fd;              /* of the io_uring, or -1 */
  u32 reserved;
};

/* The free blocks of one size. */
struct shelf {
  u32* free;       /* stack of their indices */
  u32 count;
  u32 block_bytes; /* of each block */
  u32 low;         /* the smallest count that a turn has seen: so many blocks nobody needed */
  u32 reserved;
};

/* The header of a ring; one per loop. The fields up to `now` change in every turn. */
struct ring {
  struct record* records;
  u32 count;        /* records appended since TypeScript drained */
  u32 capacity;     /* records that fit */
  struct shelf small;
  u8** blocks;      /* address of each block, by index */
  u32 leased;       /* the block that the last alloc callback handed out */
  u32 leased_large; /* whether that is a large one */
  double now;       /* uv_now of the turn, in milliseconds */
  u32 turns;
  i32 reserve_fd; /* given up when accept meets EMFILE; -1 when spent */
  int (*uv_accept)(void* server, void* client);
  int (*uv_read_stop)(void* stream);
  u64 (*uv_now)(void* loop);
  int (*close)(int fd);
  struct write* writes;
  u32 write_count;
  u32 lost;         /* records that found no room: an invariant keeps this 0 */
  int (*uv_try_write)(void* stream, const void* bufs, u32 count);
  void (*uv_stop)(void* loop);
  struct shelf large; /* always empty where blocks have one size */
  u32 large_from;     /* a read of so many bytes makes the next one ask for a large block */
  u32 send_count;
  struct send* sends;
  struct batch batch;
  u32 reading; /* 1 more than the slot of the stream that libuv reads from in this turn */
  u32 reads;   /* of it so far */
};

/* What `data` of a handle or request points to. */
struct cell {
  struct ring* ring;
  u32 slot;
  u32 generation;
  void* extra;  /* a listener's stock; where a UDP socket receives many datagrams at once; of a
                   connected socket that we read: its descriptor, and 1 more */
  u32 pending;     /* signals, file events, errors of datagrams since the last drained record; of a
                      socket that we read: how far that is */
  u32 wants_large; /* a stream's last read has filled a small block, or would have; of a UDP
                      socket: its datagrams may not fit in a small block */
};

/* Handles made ready for the connections to come, of one listener. */
struct stock {
  u32 count;
  u32 paused;   /* out of file descriptors: leave the next connection unaccepted */
  u32 failed;   /* an accept error was recorded since the last drain */
  u32 reserved;
  void* handles[];
};

struct handle {
  struct cell* data;
  void* loop;
};

enum kind {
  CLOSE = 1,
  TIMER,
  ASYNC,
  PREPARE,
  CHECK,
  IDLE,
  READ,
  READ_ENDED,
  STARVED,
  CONNECTION,
  CONNECTION_WAITING,
  CONNECTION_FAILED,
  CONNECT,
  WRITE,
  SHUTDOWN,
  SIGNAL,
  POLL,
  EXIT,
  FS,
  FS_EVENT,
  FS_POLL,
  GETADDRINFO,
  GETNAMEINFO,
  RANDOM,
  AFTER_WORK,
  UDP_SEND,
  UDP_RECV,
  WALK,
  READ_SUBSTITUTE
};

#define NO_BLOCK 0xffffffffu
#define UV_EMFILE (-24)
#define UV_ENFILE (-23)
#define UV_ENOBUFS (-105)
#define UV_EAGAIN (-11)
#define UV_EINTR (-4)
#define UV_EOF (-4095)

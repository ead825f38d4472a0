/*
 * The native callbacks: every libuv callback type, without a line of JavaScript.
 *
 * libuv calls one of these while `uv_run` is under way. Each appends a 32-byte record to the ring
 * of its loop and returns; TypeScript reads the records after `uv_run` has returned. Nothing here
 * calls back into a runtime, allocates, or keeps state of its own.
 *
 * How a callback finds its ring: the first word of every handle and request is `data`, and `data`
 * points to a cell that names the ring, and the slot and generation of the TypeScript object. So
 * the code needs no global, no relocation and no library: it is compiled once per architecture,
 * stored as bytes in `machine_code.ts`, and copied into an executable page. What it must call in
 * libuv it calls through pointers in the ring's header.
 *
 * Rules for whoever changes this file:
 *   - no string or floating-point constant, no switch, no memcpy: each would need a relocation
 *     (`scripts/thunks.ts` refuses the object file then);
 *   - the layouts are mirrored in `../memory/ring_layout.ts`, the kinds in `kinds.ts`, and the
 *     order of the entry points in `kinds.ts` too; `scripts/thunks.ts` compares all of them;
 *   - `runtime_callbacks.ts` does the same in TypeScript, for machines that this code is not
 *     built for. The test suite runs over both.
 *
 * Two entry points run outside the loop's thread (`uv_work_cb`, `uv_thread_cb`): they are left to
 * native functions of the user's; only the `after` half is here.
 */

typedef unsigned char u8;
typedef unsigned int u32;
typedef int i32;
typedef unsigned long u64;
typedef long i64;

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
/* Stands for the leased block where libuv is to leave this read to us. */
#define QUEUED_BLOCK 0xfffffffeu
/* How far the reading of a socket is that we read. */
#define READ_DONE 0u
#define READ_FILLED 1u /* its block, so there may be more: libuv reads on */
#define READ_QUEUED 2u /* into the block of this index, which is added */
#define UV_EMFILE (-24)
#define UV_ENFILE (-23)
#define UV_ENOBUFS (-105)
#define UV_EAGAIN (-11)
#define UV_EINTR (-4)
#define UV_EOF (-4095)
/* MSG_DONTWAIT and MSG_NOSIGNAL of Linux: the only system that runs this code. */
#define RECEIVE_FLAGS 0x40
#define SEND_FLAGS (0x40 | 0x4000)
/* Fewer calls than that cost less one by one. */
#define TOGETHER_MIN 4u
#define OP_SEND 26
#define OP_RECV 27
#define ENTER_GETEVENTS 1
#define UDP_ADDRESS_BYTES 28u /* of sockaddr_in6: the largest */
#define UV_UDP_PARTIAL 2u
#define UV_UDP_MMSG_CHUNK 8u
/* What libuv takes for one datagram when it receives many, and how many at once. */
#define CHUNK_BYTES 65536u
#define CHUNKS_MAX 20u
#define STAT_BYTES 160u

static inline struct record* append(struct cell* cell, u32 kind, i32 a, i64 b, i64 c) {
  struct ring* ring = cell->ring;
  if (ring->count >= ring->capacity) {
    ring->lost++;
    return 0;
  }
  struct record* record = &ring->records[ring->count++];
  record->slot = cell->slot;
  record->generation = cell->generation;
  record->kind = kind;
  record->a = a;
  record->b = b;
  record->c = c;
  return record;
}

/* Where there is no block of the right size, the other one serves. */
static inline u32 lease(struct ring* ring, u32 large) {
  struct shelf* shelf = large ? &ring->large : &ring->small;
  if (shelf->count == 0) {
    large = !large;
    shelf = large ? &ring->large : &ring->small;
    if (shelf->count == 0) return NO_BLOCK;
  }
  ring->leased_large = large;
  return shelf->free[--shelf->count];
}

/* Of the block that was leased last. */
static inline void give_back(struct ring* ring, u32 block) {
  struct shelf* shelf = ring->leased_large ? &ring->large : &ring->small;
  shelf->free[shelf->count++] = block;
}

/* Notes how many free blocks were left over by all reads of a turn, and all writes under way. */
static inline void note_low(struct shelf* shelf) {
  if (shelf->count < shelf->low) shelf->low = shelf->count;
}

static inline void copy(u8* to, const u8* from, u64 bytes) {
  for (u64 i = 0; i < bytes; i++) {
    to[i] = from[i];
    __asm__ volatile("" ::: "memory"); /* or the compiler makes this a call of memcpy */
  }
}

/* --- calls on sockets ------------------------------------------------------------------------ */

/*
 * A system call by the kernel's own entry: libc's sends are cancellation points, and the runtimes
 * have threads, so each call there costs two atomic operations. The error comes back as -errno.
 */
static inline i64 system_call(i64 number, i64 a, i64 b, i64 c, i64 d, i64 e, i64 f) {
#if defined(__x86_64__)
  register i64 r10 __asm__("r10") = d;
  register i64 r8 __asm__("r8") = e;
  register i64 r9 __asm__("r9") = f;
  __asm__ volatile("syscall"
                   : "+a"(number)
                   : "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return number;
#elif defined(__aarch64__)
  register i64 x0 __asm__("x0") = a;
  register i64 x1 __asm__("x1") = b;
  register i64 x2 __asm__("x2") = c;
  register i64 x3 __asm__("x3") = d;
  register i64 x4 __asm__("x4") = e;
  register i64 x5 __asm__("x5") = f;
  register i64 x8 __asm__("x8") = number;
  __asm__ volatile("svc 0"
                   : "+r"(x0)
                   : "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5), "r"(x8)
                   : "memory");
  return x0;
#endif
}

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

/* --- reading --------------------------------------------------------------------------------- */

/* A read that fills a small block, or would have, makes the stream ask for a large one next. */
static inline void append_read(struct cell* cell, u32 block, u32 is_large, i64 length) {
  struct ring* ring = cell->ring;
  u32 wanted = cell->wants_large;
  u32 bytes = is_large ? ring->large.block_bytes : ring->small.block_bytes;
  cell->wants_large = length >= (i64)ring->large_from;
  cell->pending = length == bytes ? READ_FILLED : READ_DONE;
  append(cell, wanted == is_large ? READ : READ_SUBSTITUTE, (i32)block, length, 0);
}

static inline void hand_out(struct ring* ring, u32 large, struct buf* buf) {
  u32 block = lease(ring, large);
  ring->leased = block;
  buf->base = block == NO_BLOCK ? 0 : ring->blocks[block];
  if (block == NO_BLOCK) buf->len = 0;
  else buf->len = ring->leased_large ? ring->large.block_bytes : ring->small.block_bytes;
}

/* The answer to a read. The end and errors stop the reading, as they do in libuv. */
static inline void on_received(struct ring* ring, u64 user_data, i64 result) {
  struct handle* stream = (struct handle*)user_data;
  struct cell* cell = stream->data;
  u32 block = cell->pending - READ_QUEUED;
  cell->pending = READ_DONE;
  if (result > 0) {
    append_read(cell, block, 0, result);
    return;
  }
  ring->small.free[ring->small.count++] = block;
  if (result == UV_EAGAIN || result == UV_EINTR) return;
  ring->uv_read_stop(stream);
  append(cell, READ_ENDED, result == 0 ? UV_EOF : (i32)result, 0, 0);
}

static __attribute__((noinline)) void receive_queued(struct ring* ring) {
  make_calls(ring, on_received);
}

/*
 * The sockets that a poll found readable are read together, after it. libuv is told that there is
 * no memory, which ends its own read. It tells of a socket twice where more are ready than it asks
 * the kernel for at once.
 */
static inline void queue_read(struct handle* stream) {
  struct cell* cell = stream->data;
  struct ring* ring = cell->ring;
  ring->leased = QUEUED_BLOCK;
  if (cell->pending >= READ_QUEUED) return;
  if (ring->batch.queued == ring->batch.entries) receive_queued(ring);
  u32 block = ring->small.free[--ring->small.count];
  cell->pending = READ_QUEUED + block;
  queue_call(&ring->batch, OP_RECV, (i32)(u64)cell->extra - 1, ring->blocks[block],
             ring->small.block_bytes, RECEIVE_FLAGS, (u64)stream);
}

/* Where there is no small block, libuv's own read finds a large one, or that the pool is empty. */
static inline u32 reads_together(const struct cell* cell) {
  if (cell->pending >= READ_QUEUED) return 1;
  return cell->extra != 0 && cell->pending == READ_DONE && !cell->wants_large &&
         cell->ring->small.count != 0;
}

void on_alloc(struct handle* handle, u64 suggested, struct buf* buf) {
  struct cell* cell = handle->data;
  (void)suggested;
  if (reads_together(cell)) {
    buf->base = 0;
    buf->len = 0;
    queue_read(handle);
  } else hand_out(cell->ring, cell->wants_large, buf);
}

/*
 * libuv calls alloc and read in pairs, so `leased` names the block of this read. Without a block
 * libuv reports ENOBUFS; reading then stops here, and TypeScript resumes it when blocks are back.
 * The end may come without an alloc before it, when the poll saw POLLHUP after a partial read.
 */
void on_read(struct handle* stream, i64 nread, const struct buf* buf) {
  struct cell* cell = stream->data;
  struct ring* ring = cell->ring;
  u32 block = ring->leased;
  (void)buf;
  ring->leased = NO_BLOCK;
  if (block == QUEUED_BLOCK) return;
  if (nread > 0) {
    append_read(cell, block, ring->leased_large, nread);
    return;
  }
  if (block == NO_BLOCK && nread == UV_ENOBUFS) {
    ring->uv_read_stop(stream);
    append(cell, STARVED, 0, 0, 0);
    return;
  }
  if (block != NO_BLOCK) give_back(ring, block);
  if (nread < 0) append(cell, READ_ENDED, (i32)nread, 0, 0);
}

/* --- (handle) -------------------------------------------------------------------------------- */

void on_close(struct handle* handle) { append(handle->data, CLOSE, 0, 0, 0); }

void on_timer(struct handle* handle) {
  struct ring* ring = handle->data->ring;
  ring->now = (double)(i64)ring->uv_now(handle->loop);
  append(handle->data, TIMER, 0, 0, 0);
}

void on_async(struct handle* handle) { append(handle->data, ASYNC, 0, 0, 0); }

void on_prepare(struct handle* handle) { append(handle->data, PREPARE, 0, 0, 0); }

/* What the poll has found comes first: libuv calls the check that was started last before ours. */
void on_check(struct handle* handle) {
  receive_queued(handle->data->ring);
  append(handle->data, CHECK, 0, 0, 0);
}

void on_idle(struct handle* handle) { append(handle->data, IDLE, 0, 0, 0); }

/*
 * The loop's own check handle: right after the poll it reads, and notes the time. This is when the
 * most blocks are out: those read just now, and those of writes that were just made.
 */
void on_turn(struct handle* handle) {
  struct ring* ring = handle->data->ring;
  receive_queued(ring);
  ring->now = (double)(i64)ring->uv_now(handle->loop);
  ring->turns++;
  note_low(&ring->small);
  note_low(&ring->large);
}

static inline i64 send_to(i32 fd, const void* bytes, u64 length, const void* to, u64 to_bytes) {
  return system_call(SENDTO, fd, (i64)bytes, (i64)length, SEND_FLAGS, (i64)to, (i64)to_bytes);
}

/* struct msghdr; its arrays of buffers are those of libuv. */
struct message {
  const void* address;
  u64 address_bytes;
  const void* bufs;
  u64 count;
  void* control;
  u64 control_bytes;
  u64 flags;
};

static inline i64 send_message(i32 fd, const struct message* message) {
  return system_call(SENDMSG, fd, (i64)message, SEND_FLAGS, 0, 0, 0);
}

/* What the socket does not take is asked again of libuv, by TypeScript, which queues it there. */
static inline i64 make_send(const struct send* send) {
  const void* address = send->address != 0 ? send->address : send->room;
  if (send->address_bytes == 0) address = 0;
  if (send->count == 1) {
    return send_to(send->fd, send->base, send->len, address, send->address_bytes);
  }
  struct message message;
  message.address = address;
  message.address_bytes = send->address_bytes;
  message.bufs = send->base;
  message.count = send->count;
  message.control = 0;
  message.control_bytes = 0;
  message.flags = 0;
  return send_message(send->fd, &message);
}

/*
 * A block for a connected socket goes straight to the kernel, with those of the turn's other
 * streams; what it refuses is asked again of libuv, which knows what each error means. Nothing
 * overtakes: TypeScript only submits for streams whose queue in libuv is empty.
 */
static inline void on_sent(struct ring* ring, u64 user_data, i64 result) {
  struct write* write = (struct write*)user_data;
  if (result <= 0) result = ring->uv_try_write(write->handle, &write->base, 1);
  write->result = (i32)result;
}

static __attribute__((noinline)) void send_queued(struct ring* ring) { make_calls(ring, on_sent); }

static inline void make_write(struct ring* ring, struct write* write) {
  if (write->len != 0 && write->fd >= 0) {
    if (ring->batch.queued == ring->batch.entries) send_queued(ring);
    queue_call(&ring->batch, OP_SEND, write->fd, write->base, write->len, SEND_FLAGS, (u64)write);
    return;
  }
  const void* bufs = write->len != 0 ? (void*)&write->base : write->base;
  write->result = ring->uv_try_write(write->handle, bufs, write->count);
}

/* A socket is full: what it was to send after this one must not overtake it. */
static inline void hold_back(struct ring* ring, u32 full) {
  for (u32 i = full + 1; i < ring->send_count; i++) {
    if (ring->sends[i].handle == ring->sends[full].handle) ring->sends[i].fd = -1;
  }
}

static inline i64 bytes_of(const struct write* write) {
  const struct buf* bufs = (const struct buf*)write->base;
  i64 bytes = write->len;
  for (u32 i = 0; write->len == 0 && i < write->count; i++) bytes += bufs[i].len;
  return bytes;
}

/*
 * The loop's own prepare handle: right before the poll, sends what the handlers of the last turn
 * have written, and then their datagrams. Here the calls follow each other with nothing in between;
 * made from TypeScript, each would find its code evicted from the processor's cache by the system
 * call before it.
 *
 * The poll must not sleep on what TypeScript has yet to read: a record that is already there (up to
 * 1.44 due timers are called before the poll), or a write that was not made in full. A loop that is
 * stopped polls without waiting, and uv_run forgets the stop when it returns.
 */
void on_submit(struct handle* handle) {
  struct ring* ring = handle->data->ring;
  u32 unread = ring->count;
  for (u32 i = 0; i < ring->write_count; i++) {
    if (ring->writes[i].count != 0) make_write(ring, &ring->writes[i]);
  }
  send_queued(ring);
  for (u32 i = 0; i < ring->write_count; i++) {
    const struct write* write = &ring->writes[i];
    unread |= write->count != 0 && write->result != bytes_of(write);
  }
  ring->write_count = 0;
  for (u32 i = 0; i < ring->send_count; i++) {
    struct send* send = &ring->sends[i];
    if (send->count == 0) continue;
    i64 result = send->fd < 0 ? UV_EAGAIN : make_send(send);
    send->result = (i32)result;
    unread |= result < 0;
    if (send->fd >= 0 && (result == UV_EAGAIN || result == UV_ENOBUFS)) hold_back(ring, i);
  }
  ring->send_count = 0;
  if (unread) ring->uv_stop(handle->loop);
}

/* --- (request) ------------------------------------------------------------------------------- */

void on_fs(struct handle* request) { append(request->data, FS, 0, 0, 0); }

/* --- (handle or request, int status) --------------------------------------------------------- */

void on_connect(struct handle* request, int status) {
  append(request->data, CONNECT, status, 0, 0);
}

void on_write(struct handle* request, int status) { append(request->data, WRITE, status, 0, 0); }

void on_shutdown(struct handle* request, int status) {
  append(request->data, SHUTDOWN, status, 0, 0);
}

void on_udp_send(struct handle* request, int status) {
  append(request->data, UDP_SEND, status, 0, 0);
}

void on_after_work(struct handle* request, int status) {
  append(request->data, AFTER_WORK, status, 0, 0);
}

/* Signals come without bound in one turn, so they are counted as the kernel does: one record. */
void on_signal(struct handle* handle, int signum) {
  if (handle->data->pending++ == 0) append(handle->data, SIGNAL, signum, 0, 0);
}

/*
 * Accepts into a handle from the stock. An empty stock leaves the connection with libuv, which
 * then stops watching the listener: that is the back-pressure, and it costs nothing to wait.
 *
 * EMFILE reaches a callback only when libuv has lost its own spare descriptor, and libuv then
 * retries at once, for ever. So the reserve is closed, which lets the next accept succeed, and
 * that connection is left waiting, which ends the retrying until TypeScript has recovered.
 */
void on_connection(struct handle* server, int status) {
  struct cell* cell = server->data;
  struct ring* ring = cell->ring;
  struct stock* stock = cell->extra;
  if (status < 0) {
    if ((status == UV_EMFILE || status == UV_ENFILE) && ring->reserve_fd >= 0) {
      ring->close(ring->reserve_fd);
      ring->reserve_fd = -1;
      stock->paused = 1;
    }
    if (stock->failed == 0) append(cell, CONNECTION_FAILED, status, 0, 0);
    stock->failed = 1;
    return;
  }
  if (stock->paused || stock->count == 0) {
    append(cell, CONNECTION_WAITING, 0, 0, 0);
    return;
  }
  struct handle* client = stock->handles[--stock->count];
  int accepted = ring->uv_accept(server, client);
  append(cell, CONNECTION, accepted, client->data->slot, client->data->generation);
}

/* --- datagrams ------------------------------------------------------------------------------- */

/* Bytes of the block that was leased last: its end is kept for the sender's address. */
static inline u32 datagram_room(struct ring* ring) {
  u32 bytes = ring->leased_large ? ring->large.block_bytes : ring->small.block_bytes;
  return bytes > UDP_ADDRESS_BYTES ? bytes - UDP_ADDRESS_BYTES : bytes;
}

/*
 * A datagram that does not fit is cut off, so a socket that expects long ones gets a large block or
 * none. One that receives many at once gets memory of its own, from where each is copied to a block
 * of the right size: it asks for no more of them than there are blocks, so none is lost. libuv
 * would spin where it is not given room for at least one.
 */
void on_udp_alloc(struct handle* handle, u64 suggested, struct buf* buf) {
  struct cell* cell = handle->data;
  struct ring* ring = cell->ring;
  (void)suggested;
  ring->leased = NO_BLOCK;
  buf->base = 0;
  buf->len = 0;
  if (cell->extra != 0) {
    u64 chunks = cell->wants_large ? ring->large.count : ring->small.count + ring->large.count;
    if (chunks > CHUNKS_MAX) chunks = CHUNKS_MAX;
    if (chunks == 0) return;
    buf->base = cell->extra;
    buf->len = chunks * CHUNK_BYTES;
    return;
  }
  if (cell->wants_large && ring->large.count == 0) return;
  hand_out(ring, cell->wants_large, buf);
  if (buf->base != 0) buf->len = datagram_room(ring);
}

/* Copies whole words: what lies behind a datagram is ours, in the chunk and in the block. */
static inline void copy_datagram(u8* to, const u8* from, u64 bytes) {
  for (u64 i = 0; i < bytes; i += 8) {
    *(u64*)(to + i) = *(const u64*)(from + i);
    __asm__ volatile("" ::: "memory"); /* as in copy */
  }
}

/*
 * One of many: to a small block where it fits. A large one may serve instead; the other way around
 * the end is cut off.
 */
static inline void take_chunk(struct cell* cell, i64 nread, const u8* bytes, u32* flags) {
  struct ring* ring = cell->ring;
  u32 block = lease(ring, nread > (i64)ring->small.block_bytes - (i64)UDP_ADDRESS_BYTES);
  u32 room;
  ring->leased = block;
  if (block == NO_BLOCK) return;
  room = datagram_room(ring);
  if (nread > (i64)room) {
    *flags |= UV_UDP_PARTIAL;
    nread = room;
  }
  copy_datagram(ring->blocks[block], bytes, nread);
}

/*
 * The address is only lent for the length of the call. Errors that come again and again in one turn
 * make one record, the first.
 */
void on_udp_recv(struct handle* handle, i64 nread, const struct buf* buf, const u8* address,
                 u32 flags) {
  struct cell* cell = handle->data;
  struct ring* ring = cell->ring;
  if (flags & UV_UDP_MMSG_CHUNK) take_chunk(cell, nread, buf->base, &flags);
  u32 block = ring->leased;
  ring->leased = NO_BLOCK;
  if (nread < 0) {
    if (block != NO_BLOCK) give_back(ring, block);
    if (cell->pending++ == 0) append(cell, UDP_RECV, (i32)NO_BLOCK, nread, flags);
    return;
  }
  if (block == NO_BLOCK) return;
  if (nread == 0 && address == 0) {
    give_back(ring, block);
    return;
  }
  u32 room = datagram_room(ring);
  if (nread > (i64)room) nread = room;
  if (address != 0) copy(ring->blocks[block] + room, address, UDP_ADDRESS_BYTES);
  append(cell, UDP_RECV, (i32)block, nread, (i64)flags | (address != 0 ? 1l << 32 : 0));
}

/* --- the rest -------------------------------------------------------------------------------- */

void on_walk(struct handle* handle, struct cell* walker) {
  append(walker, WALK, 0, (i64)handle, 0);
}

/*
 * Told again and again in one turn when very many descriptors are ready; what the first record does
 * not say the next turn does. An error comes once: libuv has stopped polling then.
 */
void on_poll(struct handle* handle, int status, int events) {
  struct cell* cell = handle->data;
  if (status < 0 || cell->pending++ == 0) append(cell, POLL, status, events, 0);
}

void on_exit(struct handle* process, i64 exit_status, int term_signal) {
  append(process->data, EXIT, term_signal, exit_status, 0);
}

/* The list stays valid until uv_freeaddrinfo. */
void on_getaddrinfo(struct handle* request, int status, void* list) {
  append(request->data, GETADDRINFO, status, (i64)list, 0);
}

/* Host and service lie in the request itself. */
void on_getnameinfo(struct handle* request, int status, const char* host, const char* service) {
  append(request->data, GETNAMEINFO, status, (i64)host, (i64)service);
}

void on_random(struct handle* request, int status, void* bytes, u64 length) {
  append(request->data, RANDOM, status, (i64)bytes, (i64)length);
}

/* Both stat structures are lent for the call: the previous one first, then the current one. */
void on_fs_poll(struct handle* handle, int status, const u8* previous, const u8* current) {
  struct ring* ring = handle->data->ring;
  u32 block = lease(ring, 0);
  if (block != NO_BLOCK) {
    copy(ring->blocks[block], previous, STAT_BYTES);
    copy(ring->blocks[block] + STAT_BYTES, current, STAT_BYTES);
  }
  append(handle->data, FS_POLL, status, block, 0);
}

/*
 * File events come without bound in one turn, so they are packed behind each other into blocks, one
 * record for each block: that of `extra` as long as it is the handle's last and nobody has read it.
 * An event is its flags, the length of the name, and the name, padded to four bytes.
 *
 * Those that find no block are only counted, and the count tells TypeScript that the names are
 * incomplete, as inotify's own overflow event does.
 */
void on_fs_event(struct handle* handle, const u8* name, int events, int status) {
  struct cell* cell = handle->data;
  struct ring* ring = cell->ring;
  struct record* record = cell->extra;
  u64 length = 0;
  while (name != 0 && name[length] != 0 && length + 12 < ring->small.block_bytes) length++;
  if (record == 0 || status < 0 || record->c + 12 + length > ring->small.block_bytes) {
    u32 block = status < 0 ? NO_BLOCK : lease(ring, 0);
    if (block == NO_BLOCK) {
      if (cell->pending++ == 0) append(cell, FS_EVENT, status, NO_BLOCK, events);
      return;
    }
    record = append(cell, FS_EVENT, 0, block, 0);
    cell->extra = record;
    if (record == 0) return;
  }
  u8* entry = ring->blocks[record->b] + record->c;
  ((u32*)entry)[0] = (u32)events;
  ((u32*)entry)[1] = (u32)length;
  copy(entry + 8, name, length);
  record->c += 8 + ((length + 3) & ~3ul);
}

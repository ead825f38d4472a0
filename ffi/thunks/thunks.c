/*
 * The native callbacks: every libuv callback type, without a line of JavaScript. What streams,
 * datagrams and files need stands in files of their own.
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
 * Rules for whoever changes these files:
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

#include "datagrams.c"
#include "files.c"
#include "streams.c"

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
  ring->reading = 0;
  ring->now = (double)(i64)ring->uv_now(handle->loop);
  ring->turns++;
  note_low(&ring->small);
  note_low(&ring->large);
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
  unread |= make_writes(ring);
  unread |= make_sends(ring);
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

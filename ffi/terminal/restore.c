/*
 * The last words of a process that dies with a terminal in raw mode: writes back how each terminal
 * was. JavaScript has no say then: a signal kills at once, and Deno tells nobody of an error that
 * it has not caught.
 *
 * Compiled and stored like `../thunks/thunks.c`, by `scripts/thunks.ts`, with the same rules. It is
 * copied to an address that is a multiple of REACH, and the table of terminals lies REACH bytes on:
 * so the code finds it without a relocation. It calls nothing but the kernel, and so may run in a
 * handler of a signal.
 */

#include "../thunks/system_call.h"

#define REACH 0x10000ul
#define ENTRIES 64
#define SIGNALS 32
#define TCSETS 0x5402
#define SIGTTOU 22
#define SIG_BLOCK 0
#define SIG_SETMASK 2

/* A terminal, and the kernel's `struct termios` of it: 36 bytes. See saved_terminals.ts. */
struct saved {
  i32 fd; /* -1: none */
  u32 device;
  u8 termios[56];
};

/* What lies REACH bytes behind the code. */
struct table {
  struct saved saved[ENTRIES];
  void* before[SIGNALS]; /* by signal: the handler that ours has replaced, or 0 */
};

_Static_assert(sizeof(struct saved) == 64, "saved_terminals.ts: entry.size");
_Static_assert(__builtin_offsetof(struct table, before) == 4096, "last_words.ts: table.before");

/* The kernel's `struct sigaction`. */
struct action {
  void* handler;
  u64 flags;
  void* restorer;
  u64 mask;
};

#if defined(__x86_64__)
enum { IOCTL = 16, SIGACTION = 13, SIGPROCMASK = 14, GETPID = 39, GETTID = 186, TGKILL = 234 };
#elif defined(__aarch64__)
enum { IOCTL = 29, SIGACTION = 134, SIGPROCMASK = 135, GETPID = 172, GETTID = 178, TGKILL = 131 };
#endif

static inline i64 call(i64 number, u64 a, u64 b, u64 c, u64 d) {
  return system_call(number, (i64)a, (i64)b, (i64)c, (i64)d, 0, 0);
}

static inline struct table* table(void) {
  u64 here;
#if defined(__x86_64__)
  __asm__("lea 0(%%rip), %0" : "=r"(here));
#elif defined(__aarch64__)
  __asm__("adr %0, ." : "=r"(here));
#endif
  return (struct table*)((here & ~(REACH - 1)) + REACH);
}

/* A process in the background is stopped when it touches a terminal, unless it blocks SIGTTOU. */
static inline void restore(void) {
  struct saved* saved = table()->saved;
  u64 stop = 1ul << (SIGTTOU - 1);
  u64 before = 0;
  call(SIGPROCMASK, SIG_BLOCK, (u64)&stop, (u64)&before, sizeof before);
  for (u32 i = 0; i < ENTRIES; i++) {
    if (saved[i].fd >= 0) call(IOCTL, (u64)saved[i].fd, TCSETS, (u64)saved[i].termios, 0);
  }
  call(SIGPROCMASK, SIG_SETMASK, (u64)&before, 0, sizeof before);
}

/* Called by exit(3). */
void on_terminal_exit(void) { restore(); }

/*
 * The handler of a signal that kills, set with SA_RESETHAND: so the next one does. The runtime may
 * have had a handler of its own, with last words too: that one is put back, and gets the signal.
 *
 * A handler that was set since, and calls this one because it was there before, is in charge.
 */
void on_terminal_signal(int signal) {
  struct action now;
  if (call(SIGACTION, (u64)signal, 0, (u64)&now, sizeof now.mask) != 0 || now.handler != 0) return;
  restore();
  now.handler = table()->before[signal];
  call(SIGACTION, (u64)signal, (u64)&now, 0, sizeof now.mask);
  u64 process = (u64)call(GETPID, 0, 0, 0, 0);
  call(TGKILL, process, (u64)call(GETTID, 0, 0, 0, 0), (u64)signal, 0);
}

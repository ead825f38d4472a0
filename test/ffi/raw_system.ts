/** Functions of libc that tests of the raw layer need besides libuv's. */
import { type Functions, runtime, type SymbolTable } from "../../ffi/mod.ts";

const symbols = {
  /** `int close(int fd)` */
  close: { parameters: ["i32"], result: "i32" },
  /** `int shutdown(int sockfd, int how)` */
  shutdown: { parameters: ["i32", "i32"], result: "i32" },
  /** `int socket(int domain, int type, int protocol)` */
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  /** `ssize_t send(int sockfd, const void* buf, size_t len, int flags)` */
  send: { parameters: ["i32", "pointer", "u64", "i32"], result: "i64" },
  /** `ssize_t write(int fd, const void* buf, size_t count)` */
  write: { parameters: ["i32", "pointer", "u64"], result: "i64" },
  /** `ssize_t read(int fd, void* buf, size_t count)` */
  read: { parameters: ["i32", "pointer", "u64"], result: "i64" },
  /** `ssize_t sendmsg(int sockfd, const struct msghdr* msg, int flags)` */
  sendmsg: { parameters: ["i32", "pointer", "i32"], result: "i64" },
  /** `int dup(int oldfd)` */
  dup: { parameters: ["i32"], result: "i32" },
  /** `int openpty(int* m, int* s, char* name, const void* termios, const void* winsize)` */
  openpty: { parameters: ["pointer", "pointer", "pointer", "pointer", "pointer"], result: "i32" },
  /** `int epoll_create1(int flags)` */
  epoll_create1: { parameters: ["i32"], result: "i32" },
  /** `int epoll_ctl(int epfd, int op, int fd, struct epoll_event* event)` */
  epoll_ctl: { parameters: ["i32", "i32", "i32", "pointer"], result: "i32" },
  /** `int open(const char* path, int flags)`: variadic in C, which passes alike */
  open: { parameters: ["pointer", "i32"], result: "i32" },
  /** `int raise(int sig)` */
  raise: { parameters: ["i32"], result: "i32" },
} as const satisfies SymbolTable;

let opened: Functions<typeof symbols> | undefined;

/** glibc, opened at the first call. */
export function libc(): Functions<typeof symbols> {
  return opened ??= runtime().open("libc.so.6", symbols);
}

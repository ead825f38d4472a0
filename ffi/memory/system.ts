import { LibraryError } from "../libuv/library_error.ts";
import type { Functions, Pointer, SymbolTable } from "../runtime/contract.ts";
import { runtime } from "../runtime/current.ts";

/** What we call in libc: memory, the dynamic linker, and a few calls on descriptors. */
const symbols = {
  /** `void* mmap(void* addr, size_t length, int prot, int flags, int fd, off_t offset)` */
  mmap: { parameters: ["pointer", "u64", "i32", "i32", "i32", "i64"], result: "pointer" },
  /** `int munmap(void* addr, size_t length)` */
  munmap: { parameters: ["pointer", "u64"], result: "i32" },
  /** `int mprotect(void* addr, size_t len, int prot)` */
  mprotect: { parameters: ["pointer", "u64", "i32"], result: "i32" },
  /** `int getpagesize(void)` */
  getpagesize: { parameters: [], result: "i32" },
  /** `void* dlopen(const char* filename, int flags)` */
  dlopen: { parameters: ["pointer", "i32"], result: "pointer" },
  /** `void* dlsym(void* handle, const char* symbol)` */
  dlsym: { parameters: ["pointer", "pointer"], result: "pointer" },
  /** `int dlclose(void* handle)` */
  dlclose: { parameters: ["pointer"], result: "i32" },
  /** `int close(int fd)` */
  close: { parameters: ["i32"], result: "i32" },
  /** `int fcntl(int fd, int op, int arg)`: variadic in C, which x64 and Linux arm64 pass alike */
  fcntl: { parameters: ["i32", "i32", "i32"], result: "i32" },
  /** `int socket(int domain, int type, int protocol)` */
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  /** `int setsockopt(int sockfd, int level, int optname, const void* optval, socklen_t optlen)` */
  setsockopt: { parameters: ["i32", "i32", "i32", "pointer", "u32"], result: "i32" },
  /** `int bind(int sockfd, const struct sockaddr* addr, socklen_t addrlen)` */
  bind: { parameters: ["i32", "pointer", "u32"], result: "i32" },
  /** `int connect(int sockfd, const struct sockaddr* addr, socklen_t addrlen)` */
  connect: { parameters: ["i32", "pointer", "u32"], result: "i32" },
  /** `int poll(struct pollfd* fds, nfds_t nfds, int timeout)` */
  poll: { parameters: ["pointer", "u64", "i32"], result: "i32" },
  /** `long syscall(long number, ...)`: variadic in C, as fcntl; for `io_uring_setup(2)` */
  syscall: { parameters: ["i64", "u32", "pointer"], result: "i32" },
  /** `int* __errno_location(void)` */
  __errno_location: { parameters: [], result: "pointer" },
} as const satisfies SymbolTable;

/** The functions of libc that this library calls. */
export type System = Functions<typeof symbols>;

/** libc by the names of glibc, musl and macOS. */
const libcNames = {
  linux: ["libc.so.6", "libc.musl-x86_64.so.1", "libc.musl-aarch64.so.1"],
  darwin: ["/usr/lib/libSystem.B.dylib"],
} as const;

let opened: { functions: System; name: string } | undefined;

function open(): { functions: System; name: string } {
  const { os } = runtime();
  const names = os === "linux" || os === "darwin" ? libcNames[os] : [];
  const failures: string[] = [];
  for (const name of names) {
    try {
      return { functions: runtime().open(name, symbols), name };
    } catch (error) {
      failures.push(`${name}: ${(error as Error).message}`);
    }
  }
  throw new LibraryError("libc", "not found", [...names], failures.join("; "));
}

/** libc, opened at the first call. @throws {LibraryError} where there is none we know */
export function system(): System {
  return (opened ??= open()).functions;
}

/** Binds further functions of libc. Throws where one is missing. */
export function bindSystem<T extends SymbolTable>(table: T): Functions<T> {
  return runtime().open((opened ??= open()).name, table);
}

/** Whether libc is musl, which has no `RTLD_DEEPBIND`. */
export function isMusl(): boolean {
  return (opened ??= open()).name.startsWith("libc.musl");
}

/** Protection and mapping flags of `mmap(2)`; `MAP_ANONYMOUS` differs on macOS. */
const PROT_READ = 1;
const PROT_WRITE = 2;
const PROT_EXEC = 4;
const MAP_SHARED = 0x01;
const MAP_PRIVATE = 0x02;
const MAP_ANONYMOUS = { linux: 0x20, darwin: 0x1000 } as const;
const LARGEST_ADDRESS = 2 ** 52;
const PAGE_BYTES = 4096;
/** `EIO`: for a failure that left no number. */
const UNKNOWN_ERROR = -5;

/** What a descriptor shares, from an offset on. */
export interface SharedFile {
  readonly fd: number;
  readonly offset: number;
}

/**
 * Maps zeroed private memory, or what a descriptor shares.
 *
 * @throws {RangeError} when the system has none left
 */
export function mapMemory(byteLength: number, file?: SharedFile): Pointer {
  const anonymous = runtime().os === "darwin" ? MAP_ANONYMOUS.darwin : MAP_ANONYMOUS.linux;
  const pointer = system().mmap(
    null,
    byteLength,
    PROT_READ | PROT_WRITE,
    file === undefined ? MAP_PRIVATE | anonymous : MAP_SHARED,
    file?.fd ?? -1,
    file?.offset ?? 0,
  );
  // MAP_FAILED is (void*)-1.
  if (pointer === null || runtime().address(pointer) > LARGEST_ADDRESS) {
    throw new RangeError(`Cannot map ${byteLength} bytes of memory: the system has none left`);
  }
  return pointer;
}

/** Gives mapped memory back to the system. */
export function unmapMemory(pointer: Pointer, byteLength: number): void {
  system().munmap(pointer, byteLength);
}

/** Makes mapped memory executable and no longer writable. False where the system forbids it. */
export function makeExecutable(pointer: Pointer, byteLength: number): boolean {
  return system().mprotect(pointer, byteLength, PROT_READ | PROT_EXEC) === 0;
}

/** Makes the page writable that holds an address, or read-only again. */
export function protectPage(address: number, isWritable: boolean): void {
  const page = runtime().pointer(address - address % system().getpagesize());
  system().mprotect(page, 1, isWritable ? PROT_READ | PROT_WRITE : PROT_READ);
}

const F_DUPFD_CLOEXEC = { linux: 1030, darwin: 67 } as const;

/** Duplicates a descriptor for our own use, closed in child processes. Negative on failure. */
export function duplicateFd(fd: number): number {
  const command = runtime().os === "darwin" ? F_DUPFD_CLOEXEC.darwin : F_DUPFD_CLOEXEC.linux;
  return system().fcntl(fd, command, 0);
}

const AF_UNIX = 1;
const SOCK_STREAM_CLOEXEC = { linux: 1 | 0x80000, darwin: 1 } as const;

/** A descriptor that only holds its place: an unconnected socket. Negative when none is left. */
export function spareFd(): number {
  const type = runtime().os === "darwin" ? SOCK_STREAM_CLOEXEC.darwin : SOCK_STREAM_CLOEXEC.linux;
  return system().socket(AF_UNIX, type, 0);
}

/** Whether the process can open so many descriptors. */
export function hasDescriptors(count: number): boolean {
  const fds: number[] = [];
  while (fds.length < count) {
    const fd = spareFd();
    if (fd < 0) break;
    fds.push(fd);
  }
  for (const fd of fds) system().close(fd);
  return fds.length === count;
}

/** `-errno` of the call that just failed, as libuv writes errors. */
export function lastError(): number {
  const location = system().__errno_location();
  if (location === null) return UNKNOWN_ERROR;
  return -(new Int32Array(runtime().arrayBuffer(location, 4))[0] as number);
}

/** The native address of a function of libc, or 0. */
export function systemAddress(name: string): number {
  const bytes = mapMemory(PAGE_BYTES);
  new TextEncoder().encodeInto(name, new Uint8Array(runtime().arrayBuffer(bytes, PAGE_BYTES)));
  const address = runtime().address(system().dlsym(null, bytes));
  unmapMemory(bytes, PAGE_BYTES);
  return address;
}

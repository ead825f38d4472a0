/**
 * Numbers of the operating system that libuv's functions take or return: Linux, on x64 and arm64,
 * which differ in three flags of `open` only. Other systems have other numbers.
 * `scripts/layouts.ts` proves each value with a C compiler.
 */

/** Flags of `uv_fs_open` on any architecture; a flag that Linux does not have is 0, as in libuv. */
export const uv_fs_open_flags = {
  UV_FS_O_RDONLY: 0,
  UV_FS_O_WRONLY: 1,
  UV_FS_O_RDWR: 2,
  UV_FS_O_CREAT: 0o100,
  UV_FS_O_EXCL: 0o200,
  UV_FS_O_NOCTTY: 0o400,
  UV_FS_O_TRUNC: 0o1000,
  UV_FS_O_APPEND: 0o2000,
  UV_FS_O_NONBLOCK: 0o4000,
  UV_FS_O_DSYNC: 0o10000,
  UV_FS_O_NOATIME: 0o1000000,
  UV_FS_O_SYNC: 0o4010000,
  UV_FS_O_EXLOCK: 0,
  UV_FS_O_SYMLINK: 0,
  UV_FS_O_FILEMAP: 0,
  UV_FS_O_RANDOM: 0,
  UV_FS_O_SHORT_LIVED: 0,
  UV_FS_O_SEQUENTIAL: 0,
  UV_FS_O_TEMPORARY: 0,
} as const;

/** Flags of `uv_fs_open` that depend on the architecture; the keys are those of `process.arch`. */
export const uv_fs_open_flags_by_arch = {
  x64: {
    UV_FS_O_DIRECT: 0o40000,
    UV_FS_O_DIRECTORY: 0o200000,
    UV_FS_O_NOFOLLOW: 0o400000,
  },
  arm64: {
    UV_FS_O_DIRECT: 0o200000,
    UV_FS_O_DIRECTORY: 0o40000,
    UV_FS_O_NOFOLLOW: 0o100000,
  },
} as const;

/** The file type in `uv_stat_t.st_mode`. */
export const file_types = {
  S_IFMT: 0o170000,
  S_IFSOCK: 0o140000,
  S_IFLNK: 0o120000,
  S_IFREG: 0o100000,
  S_IFBLK: 0o60000,
  S_IFDIR: 0o40000,
  S_IFCHR: 0o20000,
  S_IFIFO: 0o10000,
} as const;

/** Modes of `uv_fs_access`. */
export const access_modes = { F_OK: 0, X_OK: 1, W_OK: 2, R_OK: 4 } as const;

/** Families of addresses (`sys/socket.h`). */
export const address_families = { AF_UNSPEC: 0, AF_UNIX: 1, AF_INET: 2, AF_INET6: 10 } as const;

/** The two flags may be added to a type, or stand alone in `accept4`. */
export const socket_types = {
  SOCK_STREAM: 1,
  SOCK_DGRAM: 2,
  SOCK_SEQPACKET: 5,
  SOCK_NONBLOCK: 0o4000,
  SOCK_CLOEXEC: 0o2000000,
} as const;

/** Protocols of sockets (`netinet/in.h`). */
export const protocols = {
  IPPROTO_IP: 0,
  IPPROTO_TCP: 6,
  IPPROTO_UDP: 17,
  IPPROTO_IPV6: 41,
} as const;

/** Options at level `SOL_SOCKET`, and the level itself. */
export const socket_options = {
  SOL_SOCKET: 1,
  SO_REUSEADDR: 2,
  SO_TYPE: 3,
  SO_ERROR: 4,
  SO_BROADCAST: 6,
  SO_SNDBUF: 7,
  SO_RCVBUF: 8,
  SO_KEEPALIVE: 9,
  SO_LINGER: 13,
  SO_REUSEPORT: 15,
  SO_PEERCRED: 17,
  SO_RCVTIMEO: 20,
  SO_SNDTIMEO: 21,
  SO_BINDTODEVICE: 25,
  SO_ACCEPTCONN: 30,
  SO_PROTOCOL: 38,
  SO_DOMAIN: 39,
  SO_BUSY_POLL: 46,
  SO_INCOMING_CPU: 49,
} as const;

/** Options at level `IPPROTO_TCP`. */
export const tcp_options = {
  TCP_NODELAY: 1,
  TCP_CORK: 3,
  TCP_KEEPIDLE: 4,
  TCP_KEEPINTVL: 5,
  TCP_KEEPCNT: 6,
  TCP_DEFER_ACCEPT: 9,
  TCP_QUICKACK: 12,
  TCP_USER_TIMEOUT: 18,
  TCP_FASTOPEN: 23,
} as const;

/** Options at level `IPPROTO_IPV6`. */
export const ipv6_options = { IPV6_V6ONLY: 26 } as const;

/** What `shutdown(2)` ends. */
export const shutdown_modes = { SHUT_RD: 0, SHUT_WR: 1, SHUT_RDWR: 2 } as const;

/** Flags of `addrinfo.ai_flags`, for `uv_getaddrinfo`. */
export const addrinfo_flags = {
  AI_PASSIVE: 1,
  AI_CANONNAME: 2,
  AI_NUMERICHOST: 4,
  AI_V4MAPPED: 8,
  AI_ALL: 16,
  AI_ADDRCONFIG: 32,
  AI_NUMERICSERV: 1024,
} as const;

/** Flags of `uv_getnameinfo`. */
export const nameinfo_flags = {
  NI_NUMERICHOST: 1,
  NI_NUMERICSERV: 2,
  NI_NOFQDN: 4,
  NI_NAMEREQD: 8,
  NI_DGRAM: 16,
} as const;

/** Buffer sizes in bytes, the closing NUL included. `NI_MAXHOST` is glibc's; musl has 255. */
export const name_sizes = {
  NI_MAXHOST: 1025,
  NI_MAXSERV: 32,
  UV_IF_NAMESIZE: 17,
  UV_MAXHOSTNAMESIZE: 65,
} as const;

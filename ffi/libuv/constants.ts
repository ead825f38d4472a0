/**
 * The enums and flags of libuv's header, in its order, one object for each. They are the same on
 * every system that libuv runs on; for numbers that belong to the operating system see `errno.ts`
 * and `system_constants.ts`. `scripts/layouts.ts` proves each value with a C compiler.
 */

export const uv_handle_type = {
  UV_UNKNOWN_HANDLE: 0,
  UV_ASYNC: 1,
  UV_CHECK: 2,
  UV_FS_EVENT: 3,
  UV_FS_POLL: 4,
  UV_HANDLE: 5,
  UV_IDLE: 6,
  UV_NAMED_PIPE: 7,
  UV_POLL: 8,
  UV_PREPARE: 9,
  UV_PROCESS: 10,
  UV_STREAM: 11,
  UV_TCP: 12,
  UV_TIMER: 13,
  UV_TTY: 14,
  UV_UDP: 15,
  UV_SIGNAL: 16,
  UV_FILE: 17,
  UV_HANDLE_TYPE_MAX: 18,
} as const;

/** Types of requests: `uv_req_type`. */
export const uv_req_type = {
  UV_UNKNOWN_REQ: 0,
  UV_REQ: 1,
  UV_CONNECT: 2,
  UV_WRITE: 3,
  UV_SHUTDOWN: 4,
  UV_UDP_SEND: 5,
  UV_FS: 6,
  UV_WORK: 7,
  UV_GETADDRINFO: 8,
  UV_GETNAMEINFO: 9,
  UV_RANDOM: 10,
  UV_REQ_TYPE_MAX: 11,
} as const;

/** Options of `uv_loop_configure`. */
export const uv_loop_option = {
  UV_LOOP_BLOCK_SIGNAL: 0,
  UV_METRICS_IDLE_TIME: 1,
  UV_LOOP_USE_IO_URING_SQPOLL: 2,
} as const;

/** How `uv_run` runs. */
export const uv_run_mode = { UV_RUN_DEFAULT: 0, UV_RUN_ONCE: 1, UV_RUN_NOWAIT: 2 } as const;

/** Clocks of `uv_clock_gettime`. */
export const uv_clock_id = { UV_CLOCK_MONOTONIC: 0, UV_CLOCK_REALTIME: 1 } as const;

/** What `uv_udp_set_membership` does with a group. */
export const uv_membership = { UV_LEAVE_GROUP: 0, UV_JOIN_GROUP: 1 } as const;

/** Flags of `uv_tcp_bind`. */
export const uv_tcp_flags = { UV_TCP_IPV6ONLY: 1, UV_TCP_REUSEPORT: 2 } as const;

/** Flags of `uv_udp_bind`, of `uv_udp_init_ex`, and of what `uv_udp_recv_cb` is told. */
export const uv_udp_flags = {
  UV_UDP_IPV6ONLY: 1,
  UV_UDP_PARTIAL: 2,
  UV_UDP_REUSEADDR: 4,
  UV_UDP_MMSG_CHUNK: 8,
  UV_UDP_MMSG_FREE: 16,
  UV_UDP_LINUX_RECVERR: 32,
  UV_UDP_REUSEPORT: 64,
  UV_UDP_RECVMMSG: 256,
} as const;

/** Modes of `uv_tty_set_mode`. */
export const uv_tty_mode_t = {
  UV_TTY_MODE_NORMAL: 0,
  UV_TTY_MODE_RAW: 1,
  UV_TTY_MODE_IO: 2,
  UV_TTY_MODE_RAW_VT: 3,
} as const;

/** What a console of Windows does with terminal codes (`uv_tty_set_vterm_state`). */
export const uv_tty_vtermstate_t = { UV_TTY_SUPPORTED: 0, UV_TTY_UNSUPPORTED: 1 } as const;

/** Flags of `uv_pipe_bind2` and `uv_pipe_connect2`; the enum has no name in C. */
export const uv_pipe_flags = { UV_PIPE_NO_TRUNCATE: 1 } as const;

/** Events of `uv_poll_start`; the first two are also the mode of `uv_pipe_chmod`. */
export const uv_poll_event = {
  UV_READABLE: 1,
  UV_WRITABLE: 2,
  UV_DISCONNECT: 4,
  UV_PRIORITIZED: 8,
} as const;

/** What a `uv_stdio_container_t` holds. */
export const uv_stdio_flags = {
  UV_IGNORE: 0,
  UV_CREATE_PIPE: 1,
  UV_INHERIT_FD: 2,
  UV_INHERIT_STREAM: 4,
  UV_READABLE_PIPE: 16,
  UV_WRITABLE_PIPE: 32,
  UV_NONBLOCK_PIPE: 64,
  UV_OVERLAPPED_PIPE: 64,
} as const;

/** Flags of `uv_process_options_t`. */
export const uv_process_flags = {
  UV_PROCESS_SETUID: 1,
  UV_PROCESS_SETGID: 2,
  UV_PROCESS_WINDOWS_VERBATIM_ARGUMENTS: 4,
  UV_PROCESS_DETACHED: 8,
  UV_PROCESS_WINDOWS_HIDE: 16,
  UV_PROCESS_WINDOWS_HIDE_CONSOLE: 32,
  UV_PROCESS_WINDOWS_HIDE_GUI: 64,
  UV_PROCESS_WINDOWS_FILE_PATH_EXACT_NAME: 128,
} as const;

/** What a directory entry is. */
export const uv_dirent_type_t = {
  UV_DIRENT_UNKNOWN: 0,
  UV_DIRENT_FILE: 1,
  UV_DIRENT_DIR: 2,
  UV_DIRENT_LINK: 3,
  UV_DIRENT_FIFO: 4,
  UV_DIRENT_SOCKET: 5,
  UV_DIRENT_CHAR: 6,
  UV_DIRENT_BLOCK: 7,
} as const;

/** Values of `uv_os_setpriority`; macros in C. */
export const uv_priority = {
  UV_PRIORITY_LOW: 19,
  UV_PRIORITY_BELOW_NORMAL: 10,
  UV_PRIORITY_NORMAL: 0,
  UV_PRIORITY_ABOVE_NORMAL: -7,
  UV_PRIORITY_HIGH: -14,
  UV_PRIORITY_HIGHEST: -20,
} as const;

/** Values of `uv_thread_setpriority`; the enum has no name in C. */
export const uv_thread_priority = {
  UV_THREAD_PRIORITY_HIGHEST: 2,
  UV_THREAD_PRIORITY_ABOVE_NORMAL: 1,
  UV_THREAD_PRIORITY_NORMAL: 0,
  UV_THREAD_PRIORITY_BELOW_NORMAL: -1,
  UV_THREAD_PRIORITY_LOWEST: -2,
} as const;

/** Which operation a `uv_fs_t` is for. */
export const uv_fs_type = {
  UV_FS_UNKNOWN: -1,
  UV_FS_CUSTOM: 0,
  UV_FS_OPEN: 1,
  UV_FS_CLOSE: 2,
  UV_FS_READ: 3,
  UV_FS_WRITE: 4,
  UV_FS_SENDFILE: 5,
  UV_FS_STAT: 6,
  UV_FS_LSTAT: 7,
  UV_FS_FSTAT: 8,
  UV_FS_FTRUNCATE: 9,
  UV_FS_UTIME: 10,
  UV_FS_FUTIME: 11,
  UV_FS_ACCESS: 12,
  UV_FS_CHMOD: 13,
  UV_FS_FCHMOD: 14,
  UV_FS_FSYNC: 15,
  UV_FS_FDATASYNC: 16,
  UV_FS_UNLINK: 17,
  UV_FS_RMDIR: 18,
  UV_FS_MKDIR: 19,
  UV_FS_MKDTEMP: 20,
  UV_FS_RENAME: 21,
  UV_FS_SCANDIR: 22,
  UV_FS_LINK: 23,
  UV_FS_SYMLINK: 24,
  UV_FS_READLINK: 25,
  UV_FS_CHOWN: 26,
  UV_FS_FCHOWN: 27,
  UV_FS_REALPATH: 28,
  UV_FS_COPYFILE: 29,
  UV_FS_LCHOWN: 30,
  UV_FS_OPENDIR: 31,
  UV_FS_READDIR: 32,
  UV_FS_CLOSEDIR: 33,
  UV_FS_STATFS: 34,
  UV_FS_MKSTEMP: 35,
  UV_FS_LUTIME: 36,
} as const;

/** Flags of `uv_fs_copyfile`; macros in C. */
export const uv_fs_copyfile_flags = {
  UV_FS_COPYFILE_EXCL: 1,
  UV_FS_COPYFILE_FICLONE: 2,
  UV_FS_COPYFILE_FICLONE_FORCE: 4,
} as const;

/** Times of `uv_fs_utime`, `uv_fs_futime` and `uv_fs_lutime`: macros in C, and not integers. */
export const uv_fs_utime_times = { UV_FS_UTIME_NOW: Infinity, UV_FS_UTIME_OMIT: NaN } as const;

/** Flags of `uv_fs_symlink`, for Windows; macros in C. */
export const uv_fs_symlink_flags = { UV_FS_SYMLINK_DIR: 1, UV_FS_SYMLINK_JUNCTION: 2 } as const;

/** What `uv_fs_event_cb` is told. */
export const uv_fs_event = { UV_RENAME: 1, UV_CHANGE: 2 } as const;

/** Flags of `uv_fs_event_start`. */
export const uv_fs_event_flags = {
  UV_FS_EVENT_WATCH_ENTRY: 1,
  UV_FS_EVENT_STAT: 2,
  UV_FS_EVENT_RECURSIVE: 4,
} as const;

/** Which fields of `uv_thread_options_t` are set. */
export const uv_thread_create_flags = {
  UV_THREAD_NO_FLAGS: 0,
  UV_THREAD_HAS_STACK_SIZE: 1,
} as const;

/** Constants newer than libuv 1.44, with their release: an older library does not know them. */
export const constantsSince = {
  UV_CLOCK_MONOTONIC: "1.45.0",
  UV_CLOCK_REALTIME: "1.45.0",
  UV_PIPE_NO_TRUNCATE: "1.46.0",
  UV_PROCESS_WINDOWS_FILE_PATH_EXACT_NAME: "1.48.0",
  UV_THREAD_PRIORITY_HIGHEST: "1.48.0",
  UV_THREAD_PRIORITY_ABOVE_NORMAL: "1.48.0",
  UV_THREAD_PRIORITY_NORMAL: "1.48.0",
  UV_THREAD_PRIORITY_BELOW_NORMAL: "1.48.0",
  UV_THREAD_PRIORITY_LOWEST: "1.48.0",
  UV_LOOP_USE_IO_URING_SQPOLL: "1.49.0",
  UV_TCP_REUSEPORT: "1.49.0",
  UV_UDP_REUSEPORT: "1.49.0",
  UV_TTY_MODE_RAW_VT: "1.51.0",
  UV_FS_UTIME_NOW: "1.51.0",
  UV_FS_UTIME_OMIT: "1.51.0",
} as const;

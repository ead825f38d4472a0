/**
 * Sizes and byte offsets of the structs that TypeScript reads or writes, named as in C. They hold
 * on Linux x64 and arm64, where they must be equal: one table serves both, and
 * `scripts/layouts.ts` proves it with a C compiler for each. The types of the fields stand in
 * `field_types.ts`, which is generated from this table.
 *
 * A struct without `size` is one that libuv may let grow, or a handle or request: its memory is
 * sized by `uv_handle_size`, `uv_req_size` and `uv_loop_size`; only the fields given here are read.
 *
 * A union that stands inside a struct has a table of its own, named after both.
 *
 * @module
 */

// Loop and handles: the public fields. Each kind of handle begins with those of `uv_handle_t`.

export const uv_loop_t = { data: 0, active_handles: 8 } as const;
export const uv_handle_t = { data: 0, loop: 8, type: 16 } as const;

export const uv_stream_t = {
  ...uv_handle_t,
  write_queue_size: 96,
  alloc_cb: 104,
  read_cb: 112,
} as const;

export const uv_tcp_t = { ...uv_stream_t } as const;
export const uv_pipe_t = { ...uv_stream_t, ipc: 248 } as const;
export const uv_tty_t = { ...uv_stream_t } as const;
export const uv_udp_t = { ...uv_handle_t, send_queue_size: 96, send_queue_count: 104 } as const;
export const uv_poll_t = { ...uv_handle_t, poll_cb: 96 } as const;
export const uv_prepare_t = { ...uv_handle_t } as const;
export const uv_check_t = { ...uv_handle_t } as const;
export const uv_idle_t = { ...uv_handle_t } as const;
export const uv_timer_t = { ...uv_handle_t } as const;
export const uv_process_t = { ...uv_handle_t, exit_cb: 96, pid: 104 } as const;
export const uv_fs_event_t = { ...uv_handle_t } as const;
export const uv_fs_poll_t = { ...uv_handle_t } as const;
export const uv_signal_t = { ...uv_handle_t, signal_cb: 96, signum: 104 } as const;

/** `pending` is private: while it is not 0, `uv_async_send` does nothing. */
export const uv_async_t = { ...uv_handle_t, pending: 120 } as const;

// Requests. Each kind begins with the fields of `uv_req_t`.

export const uv_req_t = { data: 0, type: 8 } as const;
export const uv_connect_t = { ...uv_req_t, cb: 64, handle: 72 } as const;
export const uv_shutdown_t = { ...uv_req_t, handle: 64, cb: 72 } as const;
export const uv_write_t = { ...uv_req_t, cb: 64, send_handle: 72, handle: 80 } as const;
export const uv_udp_send_t = { ...uv_req_t, handle: 64, cb: 72 } as const;
export const uv_work_t = { ...uv_req_t, loop: 64, work_cb: 72, after_work_cb: 80 } as const;
export const uv_random_t = { ...uv_req_t, loop: 64 } as const;

/** The header marks `addrinfo` as private, "but it really isn't". */
export const uv_getaddrinfo_t = { ...uv_req_t, loop: 64, addrinfo: 144 } as const;

/**
 * The header marks `host` and `service` as private, "but they really aren't". `service` comes after
 * the `NI_MAXHOST` bytes of `host`: 1025 in glibc, 255 in musl, where this offset does not hold.
 */
export const uv_getnameinfo_t = { ...uv_req_t, loop: 64, host: 252, service: 1277 } as const;

/** `file` is private: the descriptor that the request was given. */
export const uv_fs_t = {
  ...uv_req_t,
  fs_type: 64,
  loop: 72,
  cb: 80,
  result: 88,
  ptr: 96,
  path: 104,
  statbuf: 112,
  file: 280,
} as const;

// Buffers, processes, libraries, threads.

export const uv_buf_t = { size: 16, base: 0, len: 8 } as const;

export const uv_process_options_t = {
  size: 64,
  exit_cb: 0,
  file: 8,
  args: 16,
  env: 24,
  cwd: 32,
  flags: 40,
  stdio_count: 44,
  stdio: 48,
  uid: 56,
  gid: 60,
} as const;

export const uv_stdio_container_t = { size: 16, flags: 0, data: 8 } as const;

/** The union `uv_stdio_container_t.data`: a pointer to a stream, or a descriptor. */
export const uv_stdio_container_data = { size: 8, stream: 0, fd: 0 } as const;

export const uv_lib_t = { size: 16, handle: 0, errmsg: 8 } as const;
export const uv_thread_options_t = { flags: 0, stack_size: 8 } as const;

// Files.

/** `dirents` is an array of `nentries` that the caller provides. */
export const uv_dir_t = { size: 56, dirents: 0, nentries: 8 } as const;
export const uv_dirent_t = { size: 16, name: 0, type: 8 } as const;

export const uv_stat_t = {
  size: 160,
  st_dev: 0,
  st_mode: 8,
  st_nlink: 16,
  st_uid: 24,
  st_gid: 32,
  st_rdev: 40,
  st_ino: 48,
  st_size: 56,
  st_blksize: 64,
  st_blocks: 72,
  st_flags: 80,
  st_gen: 88,
  st_atim: 96,
  st_mtim: 112,
  st_ctim: 128,
  st_birthtim: 144,
} as const;

/** Before 1.52 the field `f_frsize` was the first of the spare ones, and 0. */
export const uv_statfs_t = {
  size: 88,
  f_type: 0,
  f_bsize: 8,
  f_blocks: 16,
  f_bfree: 24,
  f_bavail: 32,
  f_files: 40,
  f_ffree: 48,
  f_frsize: 56,
} as const;

// Time.

export const uv_timespec_t = { size: 16, tv_sec: 0, tv_nsec: 8 } as const;
export const uv_timespec64_t = { size: 16, tv_sec: 0, tv_nsec: 8 } as const;
export const uv_timeval_t = { size: 16, tv_sec: 0, tv_usec: 8 } as const;
export const uv_timeval64_t = { size: 16, tv_sec: 0, tv_usec: 8 } as const;

// The system.

export const uv_cpu_info_t = { size: 56, model: 0, speed: 8, cpu_times: 16 } as const;
export const uv_cpu_times_s = { size: 40, user: 0, nice: 8, sys: 16, idle: 24, irq: 32 } as const;

export const uv_interface_address_t = {
  size: 80,
  name: 0,
  phys_addr: 8,
  is_internal: 16,
  address: 20,
  netmask: 48,
} as const;

/** The union `uv_interface_address_t.address`. */
export const uv_interface_address_address = { size: 28, address4: 0, address6: 0 } as const;
/** The union `uv_interface_address_t.netmask`. */
export const uv_interface_address_netmask = { size: 28, netmask4: 0, netmask6: 0 } as const;

export const uv_passwd_t = {
  size: 40,
  username: 0,
  uid: 8,
  gid: 16,
  shell: 24,
  homedir: 32,
} as const;

export const uv_group_t = { size: 24, groupname: 0, gid: 8, members: 16 } as const;

/** Four arrays of 256 bytes. */
export const uv_utsname_t = {
  size: 1024,
  sysname: 0,
  release: 256,
  version: 512,
  machine: 768,
} as const;

export const uv_rusage_t = {
  size: 144,
  ru_utime: 0,
  ru_stime: 16,
  ru_maxrss: 32,
  ru_ixrss: 40,
  ru_idrss: 48,
  ru_isrss: 56,
  ru_minflt: 64,
  ru_majflt: 72,
  ru_nswap: 80,
  ru_inblock: 88,
  ru_oublock: 96,
  ru_msgsnd: 104,
  ru_msgrcv: 112,
  ru_nsignals: 120,
  ru_nvcsw: 128,
  ru_nivcsw: 136,
} as const;

export const uv_env_item_t = { size: 16, name: 0, value: 8 } as const;
export const uv_metrics_t = { size: 128, loop_count: 0, events: 8, events_waiting: 16 } as const;

// Socket addresses, from the system's headers. Ports and IPv4 addresses are in network byte order.

export const sockaddr = { size: 16, sa_family: 0, sa_data: 2 } as const;
export const sockaddr_storage = { size: 128, ss_family: 0 } as const;
export const sockaddr_in = { size: 16, sin_family: 0, sin_port: 2, sin_addr: 4 } as const;

export const sockaddr_in6 = {
  size: 28,
  sin6_family: 0,
  sin6_port: 2,
  sin6_flowinfo: 4,
  sin6_addr: 8,
  sin6_scope_id: 24,
} as const;

export const sockaddr_un = { size: 110, sun_family: 0, sun_path: 2 } as const;

export const addrinfo = {
  size: 48,
  ai_flags: 0,
  ai_family: 4,
  ai_socktype: 8,
  ai_protocol: 12,
  ai_addrlen: 16,
  ai_addr: 24,
  ai_canonname: 32,
  ai_next: 40,
} as const;

/** Structs and fields newer than libuv 1.44, with their release. */
export const layoutsSince = {
  uv_timespec64_t: "1.45.0",
  uv_group_t: "1.45.0",
  uv_metrics_t: "1.45.0",
  "uv_statfs_t.f_frsize": "1.52.0",
} as const;

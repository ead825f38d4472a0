/** What `uv.h` does not say about its functions: their area, their release, and their quirks. */

/** One page of libuv's API documentation, and the functions that it describes. */
interface Area {
  readonly name: string;
  readonly functions: RegExp;
}

/** The first that matches decides; what none claims is documented under `misc`. */
const areas: readonly Area[] = [
  { name: "version", functions: /^uv_version/ },
  { name: "errors", functions: /^uv_(strerror|err_name|translate_sys_error)/ },
  { name: "loop", functions: /^uv_(loop_|default_loop|run$|stop$|now$|update_time|walk$)/ },
  { name: "loop", functions: /^uv_backend_(fd|timeout)$/ },
  { name: "handle", functions: /^uv_(handle_|is_(active|closing)|close$|(un|has_)?ref$)/ },
  { name: "handle", functions: /^uv_((send|recv)_buffer_size|fileno)$/ },
  { name: "request", functions: /^uv_(req_|cancel$)/ },
  { name: "stream", functions: /^uv_(stream_|listen|accept|shutdown$|read_|(try_)?write)/ },
  { name: "stream", functions: /^uv_is_(readable|writable)$/ },
  { name: "tcp", functions: /^uv_(tcp_|socketpair)/ },
  { name: "udp", functions: /^uv_udp_/ },
  { name: "tty", functions: /^uv_tty_/ },
  { name: "pipe", functions: /^uv_pipe/ },
  { name: "poll", functions: /^uv_poll_/ },
  { name: "prepare", functions: /^uv_prepare_/ },
  { name: "check", functions: /^uv_check_/ },
  { name: "idle", functions: /^uv_idle_/ },
  { name: "async", functions: /^uv_async_/ },
  { name: "timer", functions: /^uv_timer_/ },
  { name: "dns", functions: /^uv_((get|free)addrinfo|getnameinfo)$/ },
  { name: "process", functions: /^uv_(process_|spawn|kill|disable_stdio_inheritance)/ },
  { name: "threadpool", functions: /^uv_queue_work$/ },
  { name: "metrics", functions: /^uv_metrics_/ },
  { name: "fs_event", functions: /^uv_fs_event_/ },
  { name: "fs_poll", functions: /^uv_fs_poll_/ },
  { name: "fs", functions: /^uv_(fs_|(get|open)_osfhandle)/ },
  { name: "signal", functions: /^uv_signal_/ },
  { name: "dll", functions: /^uv_dl/ },
  { name: "threading", functions: /^uv_(thread|mutex|rwlock|sem|cond|barrier|key|once)(_|$)/ },
];

/**
 * Functions by the release that brought them, after 1.44. Read from the tagged headers, not from
 * the documentation, which gives 1.47 for the four that convert WTF-8.
 */
const newFunctions: Readonly<Record<string, readonly string[]>> = {
  "1.45.0": [
    ...["uv_clock_gettime", "uv_cpumask_size", "uv_get_available_memory", "uv_metrics_info"],
    ...["uv_os_free_group", "uv_os_get_group", "uv_os_get_passwd2"],
    ...["uv_thread_getaffinity", "uv_thread_getcpu", "uv_thread_setaffinity"],
  ],
  "1.46.0": ["uv_pipe_bind2", "uv_pipe_connect2"],
  "1.48.0": ["uv_thread_getpriority", "uv_thread_setpriority"],
  "1.49.0": [
    ...["uv_utf16_length_as_wtf8", "uv_utf16_to_wtf8"],
    ...["uv_wtf8_length_as_utf16", "uv_wtf8_to_utf16"],
  ],
  "1.50.0": [
    ...["uv_getrusage_thread", "uv_udp_try_send2"],
    ...["uv_thread_detach", "uv_thread_getname", "uv_thread_setname"],
  ],
  "1.52.0": ["uv_tcp_keepalive_ex", "uv_udp_open_ex"],
};

/** Functions that FFI cannot call, with the reason. */
export const unbindable: ReadonlyMap<string, string> = new Map([
  ["uv_buf_init", "returns a struct by value; write the two fields of uv_buf_t instead"],
]);

/** Callback types that no function of TypeScript can stand for, with the reason. */
export const nativeOnly: ReadonlyMap<string, string> = new Map([
  ["uv_work_cb", "runs on a thread of the pool, where no JavaScript can run"],
  ["uv_thread_cb", "runs on a thread of its own, where no JavaScript can run"],
  ...["malloc", "realloc", "calloc", "free"].map((name): [string, string] => [
    `uv_${name}_func`,
    "is called by any thread, also while JavaScript may not run",
  ]),
]);

/** What a reader of the symbol table must know about one function besides its prototype. */
export const notes: ReadonlyMap<string, string> = new Map([
  [
    "uv_loop_configure",
    "Variadic, bound with the one `int` that its options take: on x64 (System V) and on Linux " +
    "arm64 an integer after the dots travels in the same register as a named one, and no option " +
    "reads a double, so `al` may hold anything. Apple's arm64 puts it on the stack: do not call " +
    "it there.",
  ],
  [
    "uv_print_all_handles",
    "`stream` must not be null: `standardError()` of `ffi/raw` is libc's `stderr`.",
  ],
  ["uv_print_active_handles", "`stream` as in `uv_print_all_handles`."],
  ["uv_once", "`callback` is native code: the address of a function of a library."],
  ["uv_queue_work", "`work_cb` is native code, for it runs on another thread."],
  ["uv_thread_create", "`entry` is native code, for it runs on another thread."],
  ["uv_thread_create_ex", "`entry` is native code, for it runs on another thread."],
  [
    "uv_replace_allocator",
    "Native functions only. Call it before any other function of libuv: opening the library " +
    "calls some already, but none that allocates.",
  ],
]);

/** The page of libuv's documentation that describes the function. */
export function areaOf(name: string): string {
  return areas.find((area) => area.functions.test(name))?.name ?? "misc";
}

/** The release that brought the function, or undefined if libuv 1.44 has it. */
export function releaseOf(name: string): string | undefined {
  return Object.entries(newFunctions).find(([, names]) => names.includes(name))?.[0];
}

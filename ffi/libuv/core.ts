import type { Functions } from "../runtime/contract.ts";
import { symbols } from "./symbols.ts";

/** The functions that `src/` calls; binding only these makes the library open fast in Deno. */
const coreNames = [
  "uv_version",
  "uv_version_string",
  "uv_strerror_r",
  "uv_err_name_r",
  "uv_loop_size",
  "uv_handle_size",
  "uv_req_size",
  "uv_loop_init",
  "uv_loop_close",
  "uv_loop_alive",
  "uv_run",
  "uv_stop",
  "uv_walk",
  "uv_now",
  "uv_update_time",
  "uv_close",
  "uv_unref",
  "uv_is_active",
  "uv_fileno",
  "uv_guess_handle",
  "uv_timer_init",
  "uv_timer_start",
  "uv_timer_stop",
  "uv_async_init",
  "uv_async_send",
  "uv_prepare_init",
  "uv_prepare_start",
  "uv_check_init",
  "uv_check_start",
  "uv_signal_init",
  "uv_signal_start",
  "uv_signal_stop",
  "uv_tcp_init",
  "uv_tcp_open",
  "uv_tcp_bind",
  "uv_tcp_connect",
  "uv_tcp_nodelay",
  "uv_tcp_keepalive",
  "uv_tcp_simultaneous_accepts",
  "uv_tcp_getsockname",
  "uv_tcp_getpeername",
  "uv_tcp_close_reset",
  "uv_pipe_init",
  "uv_pipe_open",
  "uv_pipe_bind",
  "uv_pipe_bind2",
  "uv_pipe_connect",
  "uv_pipe_connect2",
  "uv_pipe_chmod",
  "uv_pipe_getsockname",
  "uv_pipe_getpeername",
  "uv_listen",
  "uv_accept",
  "uv_read_start",
  "uv_read_stop",
  "uv_try_write",
  "uv_write",
  "uv_shutdown",
  "uv_is_readable",
  "uv_is_writable",
  "uv_ip4_addr",
  "uv_ip6_addr",
  "uv_ip4_name",
  "uv_ip6_name",
] as const satisfies readonly (keyof typeof symbols)[];

/** The name of a function that `src/` calls. */
export type CoreName = typeof coreNames[number];

/** The symbol table of the functions that `src/` calls. */
export const coreSymbols = Object.fromEntries(
  coreNames.map((name) => [name, symbols[name]]),
) as unknown as { readonly [K in CoreName]: typeof symbols[K] };

/** The bound functions that `src/` calls. */
export type Core = Functions<typeof coreSymbols>;

import { errorText } from "../../ffi/libuv/error_text.ts";

/**
 * An operation that libuv or the system refused: the code, number and text are libuv's own
 * (`uv_err_name`, `uv_strerror`).
 *
 * The message says what failed, on what, and why: `Cannot bind 127.0.0.1:80: EACCES, permission
 * denied`.
 */
export class UvError extends Error {
  override readonly name = "UvError";
  /** libuv's name of the error: `ECONNREFUSED`, `EOF`, ... */
  readonly code: string;
  /** libuv's number of the error: negative. */
  readonly errno: number;
  /** What was tried: `bind`, `connect`, `read`, ... */
  readonly syscall: string;

  /**
   * @param errno libuv's number, negative
   * @param syscall what was tried
   * @param subject what it was tried on: an address, a path, `pipe 7`
   */
  constructor(errno: number, syscall: string, subject: string) {
    const { name, text } = errorText(errno);
    super(`Cannot ${syscall} ${subject}: ${name}, ${text}`);
    this.code = name;
    this.errno = errno;
    this.syscall = syscall;
  }
}

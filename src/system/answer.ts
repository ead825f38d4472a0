import { UvError } from "../error/uv_error.ts";

/** What libuv answered, unless it refused. @throws {UvError} for a negative status */
export function answer<T>(status: number, value: T, operation: string, subject: string): T {
  if (status < 0) throw new UvError(status, operation, subject);
  return value;
}

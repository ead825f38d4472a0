import { ConnectionError } from "../error/connection_error.ts";
import type { Exception } from "./protocol.ts";

const texts: Readonly<Record<Exception["kind"], string>> = {
  endOfStream: "the peer has ended it",
  limitReached: "what was expected did not come within its limit",
  readTimeout: "nothing was read for too long",
  readError: "reading failed",
};

/** The error of an exception that no protocol has handled. */
export function exceptionError(exception: Exception): ConnectionError {
  const cause = exception.kind === "readError" ? exception.error : undefined;
  return new ConnectionError(exception.kind, texts[exception.kind], cause);
}

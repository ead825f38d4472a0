import { bindSystem, duplicateFd, lastError, system } from "../../ffi/memory/system.ts";
import { ClosedError } from "../error/closed_error.ts";
import { StateError } from "../error/state_error.ts";
import { UvError } from "../error/uv_error.ts";
import { isBaseHandle } from "../handle/handle.ts";
import { StreamHandle } from "../handle/stream.ts";
import type { LoopCore } from "../loop/loop_core.ts";
import type { SendTarget } from "./file_commands.ts";

const SHUT_RDWR = 2;

const symbols = {
  /** `int shutdown(int sockfd, int how)` */
  shutdown: { parameters: ["i32", "i32"], result: "i32" },
} as const;

let bound: ReturnType<typeof bindSystem<typeof symbols>> | undefined;

/**
 * A stream as what a file is sent to. A thread of the pool works on a duplicate of its descriptor:
 * libuv closes the stream's own when it is asked to, and the number may be another's then.
 *
 * @throws {TypeError} for anything but a stream of this loop
 * @throws {ClosedError} when it is closing or closed
 * @throws {StateError} when it cannot be written to, or has something unsent
 * @throws {UvError} EMFILE
 */
export function streamTarget(core: LoopCore, stream: unknown): SendTarget {
  if (!isBaseHandle(stream) || !(stream instanceof StreamHandle)) {
    throw new TypeError("sendfile() takes an open file or a stream");
  }
  if (stream.core !== core) throw new TypeError("The stream is one of another loop");
  if (stream.state !== "open") throw new ClosedError(stream.kind, "send to it");
  if (!stream.isWritable) throw new StateError("send to it", `the ${stream.kind} is not writable`);
  if (stream.unsentSize > 0) {
    throw new StateError("send to it", `${stream.unsentSize} bytes written before are not sent`);
  }
  const path = `a ${stream.kind}`;
  const fd = duplicateFd(core.native.fileno(stream.pointer));
  if (fd < 0) throw new UvError(lastError(), "sendfile", path);
  return {
    fd,
    path,
    end: () => void system().close(fd),
    hurry: () => void (bound ??= bindSystem(symbols)).shutdown(fd, SHUT_RDWR),
  };
}

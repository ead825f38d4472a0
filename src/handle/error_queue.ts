import { Region } from "../../ffi/memory/region.ts";
import { bindSystem } from "../../ffi/memory/system.ts";

const MSG_ERRQUEUE = 0x2000;
const MSG_DONTWAIT = 0x40;
/** A `struct msghdr`. */
const MESSAGE_BYTES = 56;

let bound: ReturnType<typeof bindMessages> | undefined;

function bindMessages() {
  return bindSystem({
    /** `ssize_t recvmsg(int sockfd, struct msghdr* msg, int flags)` */
    recvmsg: { parameters: ["i32", "pointer", "i32"], result: "i64" },
  });
}

/**
 * Takes the errors out that Linux keeps for a socket with `IP_RECVERR`. libuv, up to 1.50 at least,
 * reads one by a plain receive and leaves the queue: the poll would return at once, for ever.
 */
export function emptyErrorQueue(fd: number): void {
  const { recvmsg } = bound ??= bindMessages();
  const message = new Region(MESSAGE_BYTES); // all 0: nothing of the error is copied
  while (Number(recvmsg(fd, message.pointer, MSG_ERRQUEUE | MSG_DONTWAIT)) >= 0);
  message.free();
}

/** What the echo servers have in common: `tcp_echo.ts` and `cluster_echo.ts`. */
import { done, ok } from "../src/mod.ts";
import type { IoEvent, Machine, Response } from "../src/mod.ts";

/** A client that does not read makes its connection stop reading, here. */
const UNSENT_BYTES_MAX = 256 * 1024;

/** One connection. A block that was read is written as it is: nothing is copied. */
export class EchoConnection implements Machine {
  ready(event: IoEvent): Response {
    switch (event.kind) {
      case "read":
        event.handle.write(event.block);
        if (event.handle.writeQueueSize > UNSENT_BYTES_MAX) event.handle.readStop();
        return ok();
      case "flushed":
        event.handle.readStart();
        return ok();
      case "end":
        event.handle.shutdown(); // when all that waits is written
        return ok();
      default: // shutdown, or a failure
        return done();
    }
  }
}

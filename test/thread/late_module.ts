/** A loop thread's module that is set up when its owner says so. */
import { type LoopThreadScope, ok } from "../../src/mod.ts";
import { Gate } from "../fixtures/gate.ts";

/** What the owner hands over. */
export interface LateOrders {
  /** Raised when it may go on. */
  readonly gate: SharedArrayBuffer;
  /** Where to tell the port that it listens on. */
  readonly port: SharedArrayBuffer;
}

export function setup({ loop }: LoopThreadScope, { gate, port }: LateOrders): void {
  new Gate(gate).wait(1);
  loop.addMachine((scope) => {
    const listener = scope.tcp();
    listener.bind("127.0.0.1", 0);
    listener.listen();
    Atomics.store(new Int32Array(port), 0, listener.localAddress().port);
    return ok({});
  });
}

import type { EndOrders } from "../fixtures/end_worker.ts";
import { TestWorker } from "../fixtures/test_worker.ts";

/** A thread that uses one end of something, as `test/fixtures/end_worker.ts` is told. */
export class EndWorker extends TestWorker {
  constructor(orders: EndOrders) {
    super("end_worker.ts", orders, orders.address.ports);
  }
}

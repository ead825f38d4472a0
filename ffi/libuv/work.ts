import type { Pointer } from "../runtime/contract.ts";
import { family } from "./family.ts";

const functions = family(["uv_queue_work"]);

/** Queues a native function (`uv_queue_work`). Returns 0 or an error. */
export function queueWork(
  loop: Pointer,
  request: Pointer,
  work: Pointer,
  after: Pointer,
): number {
  return functions().uv_queue_work(loop, request, work, after);
}

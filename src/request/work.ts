import { uv_req_type } from "../../ffi/libuv/constants.ts";
import { queueWork } from "../../ffi/libuv/work.ts";
import { NativeFunction } from "../../ffi/memory/native_function.ts";
import { recordWords } from "../../ffi/memory/ring.ts";
import type { Work } from "../io/work.ts";
import type { MachineEntry } from "../loop/machine_entry.ts";
import { BaseRequest } from "./request.ts";

/** A `uv_work_t`; see `Work`. */
export class WorkRequest extends BaseRequest<void> implements Work {
  readonly kind = "work";
  protected readonly syscall = "call";
  protected readonly subject: string;
  protected readonly events = { done: "worked", failed: "workFailed" } as const;

  /** Made by `work`, which has checked everything. */
  constructor(owner: MachineEntry, work: NativeFunction, argument: bigint) {
    super(owner.core, uv_req_type.UV_WORK, owner);
    this.subject = `the native function at ${work.address}`;
    const { pointer: loop, callbacks } = owner.core.native;
    this.cell.setArgument(argument);
    this.started(queueWork(loop, this.cell.pointer, work.pointer, callbacks.on_after_work));
  }

  protected takeStatus(words: Int32Array, at: number): number {
    return words[at + recordWords.a] as number;
  }

  protected takeValue(): void {}
}

/** Has a native function called for a machine; see `Requests.work`. */
export function work(
  owner: MachineEntry,
  work: NativeFunction,
  argument: number | bigint = 0,
): WorkRequest {
  if (!(work instanceof NativeFunction)) throw new TypeError("work must be a NativeFunction");
  return new WorkRequest(owner, work, word(argument));
}

function word(argument: number | bigint): bigint {
  if (typeof argument !== "number" && typeof argument !== "bigint") {
    throw new TypeError("argument must be a number or a bigint");
  }
  if (typeof argument === "number" && !Number.isSafeInteger(argument)) {
    throw new RangeError(`argument must be an integer, not ${argument}`);
  }
  const value = BigInt(argument);
  if (value < -(2n ** 63n) || value >= 2n ** 64n) {
    throw new RangeError(`argument must have 64 bits, not ${argument}`);
  }
  return value;
}

import { uv_req_type } from "../../ffi/libuv/constants.ts";
import { startRandom } from "../../ffi/libuv/random.ts";
import { Region } from "../../ffi/memory/region.ts";
import { recordWords } from "../../ffi/memory/ring.ts";
import { integer } from "../handle/argument.ts";
import type { Random } from "../io/random.ts";
import type { MachineEntry } from "../loop/machine_entry.ts";
import { RANDOM_BYTES_MAX } from "../system/random.ts";
import { BaseRequest } from "./request.ts";

/** A `uv_random_t`; see `Random`. */
export class RandomRequest extends BaseRequest<Uint8Array> implements Random {
  readonly kind = "random";
  readonly byteLength: number;
  protected readonly syscall = "read";
  protected readonly subject = "random bytes";
  protected readonly events = { done: "random", failed: "randomFailed" } as const;
  /** What the pool's thread fills. */
  readonly #memory: Region;

  /** Made by `random`, which has checked the length. */
  constructor(owner: MachineEntry, byteLength: number, memory: Region) {
    super(owner.core, uv_req_type.UV_RANDOM, owner);
    this.byteLength = byteLength;
    this.#memory = memory;
    const { pointer: loop, callbacks } = owner.core.native;
    const { pointer: request } = this.cell;
    this.started(startRandom(loop, request, memory.pointer, byteLength, callbacks.on_random));
  }

  protected takeStatus(words: Int32Array, at: number): number {
    return words[at + recordWords.a] as number;
  }

  protected takeValue(): Uint8Array {
    return this.#memory.u8.slice(0, this.byteLength);
  }

  protected override freeNative(): void {
    this.#memory.free();
  }
}

/** Asks for random bytes for a machine; see `Requests.random`. */
export function random(owner: MachineEntry, byteLength: number): RandomRequest {
  const length = integer(byteLength, "byteLength", 0, RANDOM_BYTES_MAX);
  const memory = new Region(Math.max(length, 1));
  try {
    return new RandomRequest(owner, length, memory);
  } catch (error) {
    memory.free();
    throw error;
  }
}

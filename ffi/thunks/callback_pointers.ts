import type { Pointer } from "../runtime/contract.ts";
import { type EntryPoint, entryPoints } from "./kinds.ts";

/** The native address of every callback that libuv is given. */
export type CallbackPointers = Readonly<Record<EntryPoint, Pointer>>;

/** The callbacks of this thread, of one of two makes. */
export interface Callbacks {
  /** `machine code`: no JavaScript runs inside libuv. `runtime`: the fallback. */
  readonly make: "machine code" | "runtime";
  readonly pointers: CallbackPointers;
  /** How often JavaScript ran inside libuv, over all loops of this thread. */
  calls(): number;
  /** Frees what was installed. SAFETY: no loop of this thread is left. */
  free(): void;
}

/** Makes the record of pointers from a function that knows each one. */
export function pointersOf(pointer: (name: EntryPoint) => Pointer): CallbackPointers {
  return Object.fromEntries(
    entryPoints.map((name) => [name, pointer(name)]),
  ) as unknown as CallbackPointers;
}

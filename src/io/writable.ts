import type { Chain } from "../memory/chain.ts";
import type { Memory } from "../memory/memory.ts";

/**
 * What can be written: bytes, text (as UTF-8), shared memory, or what is never copied: memory (a
 * `Block`, `PinnedMemory`, `ForeignMemory`), and a chain, which stays as it is.
 */
export type Writable = Uint8Array | string | SharedArrayBuffer | Memory | Chain;

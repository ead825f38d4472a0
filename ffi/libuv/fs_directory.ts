import { Region } from "../memory/region.ts";
import type { Pointer } from "../runtime/contract.ts";
import { runtime } from "../runtime/current.ts";
import { type DirectoryEntry, readEntries } from "./fs_results.ts";
import { uv_dir_t, uv_dirent_t } from "./layouts.ts";

/** A `uv_dir_t`, which libuv allocates, and the array that it reads into, which we do. */
export class NativeDirectory {
  readonly pointer: Pointer;
  readonly #words: BigUint64Array;
  #entries: Region | undefined;

  /** @param address what `uv_fs_opendir` has left in `req->ptr` */
  constructor(address: number) {
    this.pointer = runtime().pointer(address) as Pointer;
    // SAFETY: libuv frees it at uv_fs_closedir, and nobody reads on after that.
    this.#words = new BigUint64Array(runtime().arrayBuffer(this.pointer, uv_dir_t.size));
  }

  /** Makes room for so many entries. SAFETY: not while a read is under way. */
  makeRoom(count: number): void {
    const byteLength = count * uv_dirent_t.size;
    if (this.#entries === undefined || this.#entries.byteLength < byteLength) {
      this.#entries?.free();
      this.#entries = new Region(byteLength);
    }
    this.#words[uv_dir_t.dirents / 8] = BigInt(this.#entries.address);
    this.#words[uv_dir_t.nentries / 8] = BigInt(count);
  }

  /** The entries that were read. SAFETY: before the request is cleaned up, which frees names. */
  entries(count: number): DirectoryEntry[] {
    return this.#entries === undefined ? [] : readEntries(this.#entries, count);
  }

  /** Gives the array back. SAFETY: no read is under way. */
  free(): void {
    this.#entries?.free();
    this.#entries = undefined;
  }
}

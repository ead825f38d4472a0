/**
 * Proof that libuv's calls of its own functions reach libuv.
 *
 * A shared library calls even its own exported functions through a table, so that the main program
 * may replace them. Both runtimes export functions named `uv_*`: opened plainly, libuv would call
 * those, and abort in Bun or corrupt memory in Deno. Opened with `RTLD_DEEPBIND` it binds to
 * itself. Whoever opened it first decides, and nobody can undo it.
 *
 * So the table itself is read before anything is called: every entry of a function that libuv
 * defines must hold libuv's own address. That needs no call, hence it cannot crash.
 */
import { protectPage, systemAddress } from "../memory/system.ts";
import type { Pointer } from "../runtime/contract.ts";
import { runtime } from "../runtime/current.ts";
import { type Relocation, relocationsOf } from "./relocations.ts";

/**
 * The functions of libuv that libuv would reach elsewhere; empty where it is isolated.
 *
 * @param library what `dlopen` returned
 */
export function interposedFunctions(library: Pointer): string[] {
  return relocationsOf(library)
    .filter(({ ownAddress, boundAddress }) => ownAddress !== 0 && boundAddress !== ownAddress)
    .map(({ name }) => name);
}

/**
 * The other side of isolation: libuv must share a variable of libc with all others.
 *
 * A program that uses a variable of a library has a copy of it, which the library uses too, found
 * by its name: Bun has such a copy of `environ`. A library that binds by itself first misses it,
 * and sees libc's own, which is never set. libuv would read the environment at address 0, and
 * give that of its children to nobody. Its entry is set to what all others use.
 */
export function shareEnviron(library: Pointer): void {
  for (const relocation of relocationsOf(library)) {
    if (relocation.name !== "environ") continue;
    const shared = systemAddress("environ");
    if (shared !== 0 && shared !== relocation.boundAddress) rebind(relocation, shared);
  }
}

/** SAFETY: the loader has filled the table, and made it read-only: so it is made again. */
function rebind({ entryAddress }: Relocation, address: number): void {
  protectPage(entryAddress, true);
  const entry = runtime().arrayBuffer(runtime().pointer(entryAddress) as Pointer, 8);
  new DataView(entry).setBigUint64(0, BigInt(address), true);
  protectPage(entryAddress, false);
}

import { nativeText } from "../memory/native_text.ts";
import { Region } from "../memory/region.ts";
import { bindSystem } from "../memory/system.ts";
import type { Functions, Pointer } from "../runtime/contract.ts";
import { runtime } from "../runtime/current.ts";

const symbols = {
  /** `void* memccpy(void* dest, const void* src, int c, size_t n)` */
  memccpy: { parameters: ["pointer", "pointer", "i32", "u64"], result: "pointer" },
} as const;

/** Names have at most 255 bytes (`NAME_MAX`) on nearly all file systems. */
const NAME_BYTES = 1024;

interface Reader {
  readonly memccpy: Functions<typeof symbols>["memccpy"];
  readonly region: Region;
  readonly decoder: TextDecoder;
}

let reader: Reader | undefined;

/**
 * Reads the name of an entry of a directory: as `nativeText`, but made for thousands of short ones.
 * One call copies a name to memory that is looked at already.
 *
 * SAFETY: the address must be that of text.
 */
export function entryName(address: number): string {
  const { memccpy, region, decoder } = reader ??= makeReader();
  const name = runtime().pointer(address) as Pointer;
  if (memccpy(region.pointer, name, 0, NAME_BYTES) === null) return nativeText(address);
  return decoder.decode(region.u8.subarray(0, region.u8.indexOf(0)));
}

function makeReader(): Reader {
  const { memccpy } = bindSystem(symbols);
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  return { memccpy, region: new Region(NAME_BYTES), decoder };
}

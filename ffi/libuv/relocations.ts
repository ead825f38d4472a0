/**
 * The table through which a shared library reaches functions and variables (its GOT), read from
 * memory: the loader fills it, by relocations.
 *
 * The handle that `dlopen` returns is the loader's `struct link_map` in glibc, and starts with the
 * same three words in musl: load address, name, dynamic section.
 */
import { nativeText } from "../memory/native_text.ts";
import type { Pointer } from "../runtime/contract.ts";
import { runtime } from "../runtime/current.ts";

/** One entry of the table. */
export interface Relocation {
  /** The symbol that it stands for. */
  readonly name: string;
  /** Where the library itself defines that symbol; 0 where another does. */
  readonly ownAddress: number;
  /** Where the entry is. */
  readonly entryAddress: number;
  /** What it holds: the address that the library uses. */
  readonly boundAddress: number;
}

/** Tags of the dynamic section that are needed here (`elf.h`). */
const DT = { NULL: 0, PLTRELSZ: 2, STRTAB: 5, SYMTAB: 6, RELA: 7, RELASZ: 8, JMPREL: 23 };

/** Relocations that hold the address of a symbol: GLOB_DAT and JUMP_SLOT. */
const addressRelocations: Readonly<Record<string, readonly number[]>> = {
  x64: [6, 7],
  arm64: [1025, 1026],
};

const LINK_MAP = { size: 24, address: 0, dynamic: 16 };
const DYN_BYTES = 16;
const DYN_ENTRIES_MAX = 128;
const RELA = { size: 24, offset: 0, info: 8 };
const SYM = { size: 24, name: 0, value: 8 };

/**
 * The entries of a library's table; none where the system binds in another way (macOS).
 *
 * @param library what `dlopen` returned
 */
export function relocationsOf(library: Pointer): Relocation[] {
  const types = addressRelocations[runtime().arch];
  if (runtime().os !== "linux" || types === undefined) return [];
  const map = memory(runtime().address(library), LINK_MAP.size);
  const base = word(map, LINK_MAP.address);
  const dynamic = readDynamic(word(map, LINK_MAP.dynamic), base);
  return [
    ...read(base, dynamic, dynamic.get(DT.JMPREL), dynamic.get(DT.PLTRELSZ), types),
    ...read(base, dynamic, dynamic.get(DT.RELA), dynamic.get(DT.RELASZ), types),
  ];
}

/** Addresses in the section are absolute in glibc, relative to the load address in musl. */
function readDynamic(address: number, base: number): Map<number, number> {
  const addresses = [DT.STRTAB, DT.SYMTAB, DT.RELA, DT.JMPREL];
  const found = new Map<number, number>();
  for (let i = 0; i < DYN_ENTRIES_MAX; i++) {
    const entry = memory(address + i * DYN_BYTES, DYN_BYTES);
    const tag = word(entry, 0);
    const value = word(entry, 8);
    if (tag === DT.NULL) break;
    found.set(tag, addresses.includes(tag) && value < base ? base + value : value);
  }
  return found;
}

function read(
  base: number,
  dynamic: ReadonlyMap<number, number>,
  table: number | undefined,
  byteLength: number | undefined,
  types: readonly number[],
): Relocation[] {
  const symbols = dynamic.get(DT.SYMTAB);
  const names = dynamic.get(DT.STRTAB);
  if (!table || !byteLength || !symbols || !names) return [];
  const relocations = memory(table, byteLength);
  const found: Relocation[] = [];
  for (let at = 0; at < byteLength; at += RELA.size) {
    // r_info: the type in the low half, the symbol's index in the high half.
    if (!types.includes(relocations.getUint32(at + RELA.info, true))) continue;
    const index = relocations.getUint32(at + RELA.info + 4, true);
    const symbol = memory(symbols + index * SYM.size, SYM.size);
    const value = word(symbol, SYM.value);
    const entryAddress = base + word(relocations, at + RELA.offset);
    found.push({
      name: nativeText(names + symbol.getUint32(SYM.name, true)),
      ownAddress: value === 0 ? 0 : base + value,
      entryAddress,
      boundAddress: word(memory(entryAddress, 8), 0),
    });
  }
  return found;
}

function memory(address: number, byteLength: number): DataView {
  const pointer = runtime().pointer(address) as Pointer;
  return new DataView(runtime().arrayBuffer(pointer, byteLength));
}

function word(view: DataView, offset: number): number {
  return Number(view.getBigUint64(offset, true));
}

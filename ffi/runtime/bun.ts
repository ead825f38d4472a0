import type {
  CallbackDefinition,
  Functions,
  NativeType,
  Pointer,
  Runtime,
  RuntimeCallback,
  SymbolDefinition,
  SymbolTable,
} from "./contract.ts";

/** What we use of `bun:ffi`; Deno cannot resolve that name, not even for its types. */
interface BunFfi {
  dlopen(
    path: string,
    symbols: Record<string, { args: string[]; returns: string }>,
  ): { symbols: Record<string, unknown> };
  ptr(bytes: Uint8Array): number;
  toArrayBuffer(pointer: number, byteOffset: number, byteLength: number): ArrayBuffer;
  read: { ptr(pointer: number, byteOffset: number): number };
  JSCallback: new (
    body: (...args: never[]) => void,
    definition: { args: string[]; returns: string },
  ) => { ptr: number; close(): void };
}

/** `_fast`: a number where it fits, so that no bigint is allocated. */
const names: Readonly<Record<NativeType, string>> = {
  void: "void",
  i32: "i32",
  u32: "u32",
  i64: "i64_fast",
  u64: "u64_fast",
  f64: "f64",
  pointer: "ptr",
};

/** Bun's foreign function interface (`bun:ffi`, 1.4 and later). */
export function bunRuntime(): Runtime {
  const ffi = process.getBuiltinModule("bun:ffi") as unknown as BunFfi;
  return {
    name: "bun",
    os: process.platform,
    arch: process.arch,
    open: <T extends SymbolTable>(path: string, symbols: T) =>
      ffi.dlopen(path, definitions(symbols)).symbols as unknown as Functions<T>,
    pointer: (address) => (address === 0 ? null : address as unknown as Pointer),
    address: (pointer) => (pointer === null ? 0 : Number(pointer)),
    addressOf: (bytes) => (bytes.length === 0 ? 0 : Number(ffi.ptr(bytes))),
    arrayBuffer: (pointer, byteLength) =>
      ffi.toArrayBuffer(pointer as unknown as number, 0, byteLength),
    word: (pointer, byteOffset) => ffi.read.ptr(pointer as unknown as number, byteOffset),
    callback: (definition) => callback(ffi, definition),
    environment: (name) => process.env[name],
  };
}

function definitions(symbols: SymbolTable): Record<string, { args: string[]; returns: string }> {
  return Object.fromEntries(Object.entries(symbols).map(([name, symbol]) => [name, shape(symbol)]));
}

function shape(symbol: SymbolDefinition): { args: string[]; returns: string } {
  return { args: symbol.parameters.map((type) => names[type]), returns: names[symbol.result] };
}

function callback(ffi: BunFfi, { parameters, body }: CallbackDefinition): RuntimeCallback {
  const made = new ffi.JSCallback(body, {
    args: parameters.map((type) => names[type]),
    returns: "void",
  });
  return { pointer: made.ptr as unknown as Pointer, close: () => made.close() };
}

import type {
  CallbackDefinition,
  Functions,
  Pointer,
  Runtime,
  RuntimeCallback,
  SymbolTable,
} from "./contract.ts";

/** Deno's foreign function interface; needs `--allow-ffi`. */
export function denoRuntime(): Runtime {
  return {
    name: "deno",
    os: Deno.build.os,
    arch: Deno.build.arch === "aarch64" ? "arm64" : "x64",
    open: <T extends SymbolTable>(path: string, symbols: T) =>
      Deno.dlopen(path, definitions(symbols)).symbols as unknown as Functions<T>,
    pointer: (address) => Deno.UnsafePointer.create(BigInt(address)) as unknown as Pointer | null,
    address: (pointer) => pointer === null ? 0 : Number(Deno.UnsafePointer.value(object(pointer))),
    addressOf: (bytes) =>
      Number(Deno.UnsafePointer.value(Deno.UnsafePointer.of(bytes as Uint8Array<ArrayBuffer>))),
    arrayBuffer: (pointer, byteLength) =>
      Deno.UnsafePointerView.getArrayBuffer(object(pointer), byteLength),
    word: (pointer, byteOffset) =>
      Number(new Deno.UnsafePointerView(object(pointer)).getBigUint64(byteOffset)),
    callback,
    environment,
  };
}

function object(pointer: Pointer): Deno.PointerObject {
  return pointer as unknown as Deno.PointerObject;
}

function definitions(symbols: SymbolTable): Deno.ForeignLibraryInterface {
  return Object.fromEntries(
    Object.entries(symbols).map(([name, { parameters, result }]) => [name, { parameters, result }]),
  ) as unknown as Deno.ForeignLibraryInterface;
}

function callback({ parameters, body }: CallbackDefinition): RuntimeCallback {
  const made = new Deno.UnsafeCallback(
    { parameters: [...parameters], result: "void" } as Deno.UnsafeCallbackDefinition,
    body as unknown as (...args: unknown[]) => void,
  );
  return { pointer: made.pointer as unknown as Pointer, close: () => made.close() };
}

function environment(name: string): string | undefined {
  try {
    return Deno.env.get(name);
  } catch {
    return undefined; // not permitted: as if it were unset
  }
}

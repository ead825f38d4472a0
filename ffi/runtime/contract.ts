/**
 * What a runtime must offer to carry this library. `bun.ts` and `deno.ts` meet it; nothing outside
 * `ffi/` sees it.
 */

/** A native pointer in the runtime's own form: a number in Bun, an opaque object in Deno. */
export type Pointer = { readonly __brand: "Pointer" };

/** The C types that cross the boundary; the names are those both runtimes share. */
export type NativeType =
  | "void"
  | "i32"
  | "u32"
  | "i64"
  | "u64"
  | "f64"
  | "pointer";

/** The C types of a parameter. */
export type ParameterType = Exclude<NativeType, "void">;

/** One C function: its parameters, its result, and the libuv release that brought it. */
export interface SymbolDefinition {
  readonly parameters: readonly ParameterType[];
  readonly result: NativeType;
  /** Present on functions newer than libuv 1.44; such a symbol may be missing. */
  readonly since?: string;
}

/** Functions of one library, keyed by their C names. */
export type SymbolTable = Readonly<Record<string, SymbolDefinition>>;

/** What a caller passes for a C type. */
export type Argument<T extends NativeType> = T extends "pointer" ? Pointer | null
  : T extends "i64" | "u64" ? number | bigint
  : T extends "void" ? never
  : number;

/** What a C type comes back as; 64-bit integers may be bigints: `Number(x)` where they fit. */
export type Result<T extends NativeType> = T extends "pointer" ? Pointer | null
  : T extends "i64" | "u64" ? number | bigint
  : T extends "void" ? void
  : number;

/** What a caller passes for a list of C types. */
export type Arguments<P extends readonly ParameterType[]> = {
  -readonly [K in keyof P]: Argument<P[K]>;
};

/** The TypeScript function that calls the C function of a definition. */
export type NativeFunction<D extends SymbolDefinition> = (
  ...args: Arguments<D["parameters"]>
) => Result<D["result"]>;

/** The functions of an opened library. */
export type Functions<T extends SymbolTable> = { readonly [K in keyof T]: NativeFunction<T[K]> };

/** A native callback made of a runtime function; never closed while libuv may still call it. */
export interface RuntimeCallback {
  readonly pointer: Pointer;
  close(): void;
}

/** The parameters and body of a native callback; 64-bit arguments may arrive as bigints. */
export interface CallbackDefinition {
  readonly parameters: readonly ParameterType[];
  readonly body: (...args: never[]) => void;
}

/** One runtime's foreign function interface. */
export interface Runtime {
  readonly name: "bun" | "deno";
  /** `linux`, `darwin`, ... */
  readonly os: string;
  /** `x64`, `arm64`, ... */
  readonly arch: string;
  /** Opens a library and binds its functions. Throws where the library or a function is missing. */
  open<T extends SymbolTable>(path: string, symbols: T): Functions<T>;
  /** The pointer to an address. Costs an allocation in Deno: make it once and keep it. */
  pointer(address: number): Pointer | null;
  /** The address of a pointer; 0 for null. */
  address(pointer: Pointer | null): number;
  /**
   * The address of the first byte; 0 for none. It stays the same as long as the bytes live only if
   * `bytes.buffer` was read before: Bun keeps up to 1000 bytes elsewhere until then.
   */
  addressOf(bytes: Uint8Array): number;
  /** Native memory seen as an ArrayBuffer. It does not own the memory. */
  arrayBuffer(pointer: Pointer, byteLength: number): ArrayBuffer;
  /** Reads a 64-bit word of native memory as a number; exact up to 2^53. */
  word(pointer: Pointer, byteOffset: number): number;
  /** Makes a callback; `body` must not throw. */
  callback(definition: CallbackDefinition): RuntimeCallback;
  /** An environment variable, or undefined (also where reading it is not permitted). */
  environment(name: string): string | undefined;
}

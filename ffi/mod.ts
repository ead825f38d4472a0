/**
 * The native boundary: the runtime's FFI, the system's libuv, native memory, the event ring, and
 * the callbacks that fill it; and all of libuv to be called as from C (`docs/raw.md`).
 *
 * @module
 */
export type { Core } from "./libuv/core.ts";
export * from "./libuv/constants.ts";
export * from "./libuv/errno.ts";
export { errorNumber } from "./libuv/error_number.ts";
export { errorText } from "./libuv/error_text.ts";
export type { SymbolName } from "./libuv/family.ts";
export { fieldTypes } from "./libuv/field_types.ts";
export { type Library, openLibrary, type Version } from "./libuv/library.ts";
export { LibraryError, type LibraryProblem } from "./libuv/library_error.ts";
export * as layouts from "./libuv/layouts.ts";
export type { SocketAddress } from "./libuv/socket_address.ts";
export { callbackTypes, nativeCallbackTypes, symbols, unbindable } from "./libuv/symbols.ts";
export * from "./libuv/system_constants.ts";
export { type Allocation, Arena } from "./memory/arena.ts";
export { NativeFunction } from "./memory/native_function.ts";
export { NativeSpan } from "./memory/native_span.ts";
export { textOf } from "./memory/native_text.ts";
export { Region } from "./memory/region.ts";
export { systemAddress } from "./memory/system.ts";
export { NativeLoop } from "./native_loop.ts";
export {
  callback,
  type CallbackBody,
  type CallbackName,
  type CallbackOptions,
  type NativeCallback,
} from "./raw/callback.ts";
export { type Libuv, libuv } from "./raw/libuv.ts";
export { NativeMemory, Piece } from "./raw/native_memory.ts";
export { type NativeTypeName, sizeOf } from "./raw/size_of.ts";
export { standardError } from "./raw/standard_error.ts";
export {
  htons,
  type Struct,
  struct,
  structArray,
  type StructMemory,
  type StructName,
  type StructOptions,
} from "./raw/struct.ts";
export { textAt, writeText } from "./raw/text.ts";
export type { Functions, Pointer, SymbolDefinition, SymbolTable } from "./runtime/contract.ts";
export { runtime } from "./runtime/current.ts";
export { kind } from "./thunks/kinds.ts";

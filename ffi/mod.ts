/**
 * The native boundary: the runtime's FFI, the system's libuv, native memory, the event ring, and
 * the callbacks that fill it.
 *
 * @module
 */
export type { Core } from "./libuv/core.ts";
export * from "./libuv/constants.ts";
export { errorText } from "./libuv/error_text.ts";
export { type Library, openLibrary, type Version } from "./libuv/library.ts";
export { LibraryError, type LibraryProblem } from "./libuv/library_error.ts";
export * as layouts from "./libuv/layouts.ts";
export type { SocketAddress } from "./libuv/socket_address.ts";
export { symbols, unbindable } from "./libuv/symbols.ts";
export { NativeSpan } from "./memory/native_span.ts";
export { NativeLoop } from "./native_loop.ts";
export type { Functions, Pointer, SymbolDefinition, SymbolTable } from "./runtime/contract.ts";
export { runtime } from "./runtime/current.ts";
export { kind } from "./thunks/kinds.ts";

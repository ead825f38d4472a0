import { uv_handle_type, uv_req_type } from "../libuv/constants.ts";
import * as layouts from "../libuv/layouts.ts";
import { openLibrary } from "../libuv/library.ts";
import { OPAQUE_BYTES, opaqueTypes } from "./opaque_types.ts";

type Structs = Omit<typeof layouts, "layoutsSince">;

/** The name of a type of libuv, or of a socket address, that memory can be allocated for. */
export type NativeTypeName = keyof Structs | typeof opaqueTypes[number];

/**
 * The size of a type in bytes, as libuv itself says for the loop, for handles and for requests.
 *
 * @throws {TypeError} for a name that is none
 */
export function sizeOf(type: NativeTypeName): number {
  if ((opaqueTypes as readonly string[]).includes(type)) return OPAQUE_BYTES;
  const { layoutsSince: _, ...structs } = layouts;
  if (!Object.hasOwn(structs, type)) throw new TypeError(`There is no type ${String(type)}`);
  const layout: Readonly<Record<string, number>> = structs[type as keyof Structs];
  return layout["size"] ?? askLibuv(type);
}

function askLibuv(type: string): number {
  const { core } = openLibrary();
  if (type === "uv_loop_t") return Number(core.uv_loop_size());
  const kind = type === "uv_pipe_t" ? "UV_NAMED_PIPE" : type.slice(0, -"_t".length).toUpperCase();
  const handleType = (uv_handle_type as Readonly<Record<string, number>>)[kind];
  if (handleType !== undefined) return Number(core.uv_handle_size(handleType));
  const requestType = (uv_req_type as Readonly<Record<string, number>>)[kind];
  if (requestType !== undefined) return Number(core.uv_req_size(requestType));
  // sockaddr and the like have their size in the table: nothing else is left.
  throw new TypeError(`${type} has no size`);
}

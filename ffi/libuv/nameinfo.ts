import type { Pointer } from "../runtime/contract.ts";
import { family } from "./family.ts";

const functions = family(["uv_getnameinfo"]);

/** Flags of `getnameinfo(3)`; those of macOS have other values. */
export const nameinfo_flags = {
  linux: { NI_NUMERICHOST: 1, NI_NUMERICSERV: 2, NI_NAMEREQD: 8, NI_DGRAM: 16 },
  darwin: { NI_NUMERICHOST: 2, NI_NUMERICSERV: 8, NI_NAMEREQD: 4, NI_DGRAM: 16 },
} as const;

/** What to look up, and where the answer goes. */
export interface NameQuery {
  readonly loop: Pointer;
  /** The `uv_getnameinfo_t`. */
  readonly request: Pointer;
  readonly callback: Pointer;
  /** The `sockaddr`; libuv copies it before the call returns. */
  readonly address: Pointer;
  readonly flags: number;
}

/** Starts a lookup (`uv_getnameinfo`). Returns 0, or an error: no callback comes then. */
export function startNameLookup({ loop, request, callback, address, flags }: NameQuery): number {
  return functions().uv_getnameinfo(loop, request, callback, address, flags);
}

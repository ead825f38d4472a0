/**
 * `uv_getaddrinfo`, and the list of `struct addrinfo` that it makes. Lookups are rare and slow, so
 * each call maps memory of its own for what is passed and read.
 */
import { Region } from "../memory/region.ts";
import type { Pointer } from "../runtime/contract.ts";
import { runtime } from "../runtime/current.ts";
import { addrinfo, sockaddr_in6 } from "./layouts.ts";
import { openLibrary } from "./library.ts";
import { address_families, addrinfo_flags, socket_types } from "./system_constants.ts";

/** An IP address as text: `127.0.0.1`, `::1`, `fe80::1%2`. */
export interface AddressText {
  readonly family: "IPv4" | "IPv6";
  readonly address: string;
}

/** What to look up, and where the answer goes. */
export interface AddressQuery {
  readonly loop: Pointer;
  /** The `uv_getaddrinfo_t`. */
  readonly request: Pointer;
  readonly callback: Pointer;
  /** A name or a literal address, at most `HOST_BYTES_MAX` long. */
  readonly host: string;
  /** 0 for either. */
  readonly family: 0 | 4 | 6;
  /** Whether only a literal address will do: nobody is asked then. */
  readonly numericHost: boolean;
}

/**
 * Bytes that a host name may have. libuv has room for one more, the closing NUL; a name that is
 * too long was cut off without a word up to 1.47 (CVE-2024-24806).
 */
export const HOST_BYTES_MAX = 255;

const HOST_AT = 64;
const TEXT_BYTES = 64;
const { AF_UNSPEC, AF_INET, AF_INET6 } = address_families;
const families = { 0: AF_UNSPEC, 4: AF_INET, 6: AF_INET6 } as const;

/** Starts a lookup (`uv_getaddrinfo`). Returns 0, or an error: no callback comes then. */
export function startLookup(query: AddressQuery): number {
  const { loop, request, callback, host, family, numericHost } = query;
  const memory = new Region(HOST_AT + HOST_BYTES_MAX + 1);
  memory.i32[addrinfo.ai_flags / 4] = numericHost ? addrinfo_flags.AI_NUMERICHOST : 0;
  memory.i32[addrinfo.ai_family / 4] = families[family];
  memory.i32[addrinfo.ai_socktype / 4] = socket_types.SOCK_STREAM; // or each comes three times
  memory.setText(HOST_AT, host);
  const { core } = openLibrary();
  const name = memory.pointerTo(HOST_AT);
  // SAFETY: libuv copies the name and the hints before it returns.
  const status = core.uv_getaddrinfo(loop, request, callback, name, null, memory.pointer);
  memory.free();
  return status;
}

/**
 * Reads a list of addresses, in the order of the list and each once, and frees it
 * (`uv_freeaddrinfo`).
 *
 * @param list where it starts; 0 for none
 */
export function takeAddresses(list: number): AddressText[] {
  const first = runtime().pointer(list);
  const addresses = readAddresses(first);
  // SAFETY: the list is ours from the callback on, and nothing of it was kept.
  if (first !== null) openLibrary().core.uv_freeaddrinfo(first);
  return addresses;
}

/** Reads a list of `struct addrinfo`, in the order of the list and each address once. */
export function readAddresses(first: Pointer | null): AddressText[] {
  if (first === null) return [];
  const found = new Map<string, AddressText>();
  const text = new Region(TEXT_BYTES);
  for (let entry: Pointer | null = first; entry !== null; entry = next(entry)) {
    const address = read(entry, text);
    if (address !== undefined && !found.has(address.address)) found.set(address.address, address);
  }
  text.free();
  return [...found.values()];
}

function next(entry: Pointer): Pointer | null {
  return runtime().pointer(runtime().word(entry, addrinfo.ai_next));
}

function read(entry: Pointer, text: Region): AddressText | undefined {
  const { core } = openLibrary();
  const family = upperHalf(entry, addrinfo.ai_family);
  const address = runtime().pointer(runtime().word(entry, addrinfo.ai_addr));
  if (address === null) return undefined;
  if (family === AF_INET) {
    core.uv_ip4_name(address, text.pointer, TEXT_BYTES);
    return { family: "IPv4", address: text.text(0) };
  }
  if (family !== AF_INET6) return undefined;
  core.uv_ip6_name(address, text.pointer, TEXT_BYTES);
  const scope = upperHalf(address, sockaddr_in6.sin6_scope_id);
  return { family: "IPv6", address: text.text(0) + (scope === 0 ? "" : `%${scope}`) };
}

/**
 * A 32-bit field, read together with the one before it: the last of a struct has none behind it.
 * Exact below 2^21, which families and numbers of network interfaces are.
 */
function upperHalf(pointer: Pointer, byteOffset: number): number {
  return Math.floor(runtime().word(pointer, byteOffset - 4) / 2 ** 32);
}

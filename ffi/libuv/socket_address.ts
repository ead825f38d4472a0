import { Region } from "../memory/region.ts";
import { sockaddr, sockaddr_in, sockaddr_in6, sockaddr_un } from "./layouts.ts";
import { openLibrary } from "./library.ts";
import { address_families } from "./system_constants.ts";
import type { Pointer } from "../runtime/contract.ts";

/** An IP address and port, as `uv_ip4_name` and `uv_ip6_name` write them. */
export interface SocketAddress {
  readonly family: "IPv4" | "IPv6";
  readonly address: string;
  readonly port: number;
}

const TEXT_BYTES = 256;
const NAME_AT = 256;
const REGION_BYTES = 1024;
/** `uv_ip6_addr` cuts off what is longer, if a zone follows: the end of an IPv4 address, say. */
const ZONED_LENGTH_MAX = 39;

/** A `sockaddr` that one call passes and another reads: written, used and forgotten. */
export class SocketAddressBuffer {
  readonly #region = new Region(REGION_BYTES);
  readonly #text: Pointer = this.#region.pointerTo(NAME_AT);
  readonly #length: Pointer = this.#region.pointerTo(NAME_AT + TEXT_BYTES);

  /** The `sockaddr`, as the runtime's pointer. */
  get pointer(): Pointer {
    return this.#region.pointer;
  }

  /** Where a call writes the length of what it returns; `setRoom` says before what fits. */
  get lengthPointer(): Pointer {
    return this.#length;
  }

  /** Writes an IP address (`uv_ip4_addr`, `uv_ip6_addr`). False where it is none. */
  setIp(address: string, port: number): boolean {
    if (address.length >= TEXT_BYTES || address.includes("\0")) return false;
    if (address.indexOf("%") > ZONED_LENGTH_MAX) return false;
    const { core } = openLibrary();
    this.#region.setText(NAME_AT, address);
    const parse = address.includes(":") ? core.uv_ip6_addr : core.uv_ip4_addr;
    return parse(this.#text, port, this.#region.pointer) === 0;
  }

  /** Writes a name of the abstract namespace: a NUL, then the name. Returns the length in bytes. */
  setAbstract(name: Uint8Array): number {
    this.#region.u8[sockaddr_un.sun_family] = address_families.AF_UNIX;
    this.#region.u8[sockaddr_un.sun_family + 1] = 0;
    this.#region.u8[sockaddr_un.sun_path] = 0;
    this.#region.u8.set(name, sockaddr_un.sun_path + 1);
    return sockaddr_un.sun_path + 1 + name.length;
  }

  /** Where names are written and returned, as the runtime's pointer. */
  get namePointer(): Pointer {
    return this.#text;
  }

  /** Writes a name with its closing NUL; the caller has made sure that it fits. */
  setName(name: string): void {
    this.#region.setText(NAME_AT, name);
  }

  /** The name that a call returned, by its length: an abstract one starts with a NUL. */
  name(): string {
    const byteLength = this.#region.u32[(NAME_AT + TEXT_BYTES) >>> 2] as number;
    return new TextDecoder().decode(this.#region.u8.slice(NAME_AT, NAME_AT + byteLength));
  }

  /** Says how many bytes a call may write, for an `int` and for a `size_t`. */
  setRoom(): void {
    this.#region.setWord(NAME_AT + TEXT_BYTES, TEXT_BYTES);
  }

  /** Copies the address. Returns its length in bytes; 0 where it is none of IP. */
  copyTo(words: Int32Array): number {
    const family = this.#region.u8[sockaddr.sa_family];
    if (family !== address_families.AF_INET && family !== address_families.AF_INET6) return 0;
    words.set(this.#region.i32.subarray(0, sockaddr_in6.size / 4));
    return family === address_families.AF_INET ? sockaddr_in.size : sockaddr_in6.size;
  }

  /** Writes the bytes of an address: a `sockaddr_in6`, or the longer part of a shorter one. */
  set(bytes: Uint8Array): void {
    this.#region.u8.set(bytes);
  }

  /** Reads the IP address that a call wrote. Undefined for another family. */
  ip(): SocketAddress | undefined {
    const { core } = openLibrary();
    const { u8, pointer } = this.#region;
    const family = u8[sockaddr.sa_family] as number;
    const port = ((u8[sockaddr_in.sin_port] as number) << 8) |
      (u8[sockaddr_in.sin_port + 1] as number);
    if (family === address_families.AF_INET) {
      core.uv_ip4_name(pointer, this.#text, TEXT_BYTES);
      return { family: "IPv4", address: this.#region.text(NAME_AT), port };
    }
    if (family !== address_families.AF_INET6) return undefined;
    core.uv_ip6_name(pointer, this.#text, TEXT_BYTES);
    const scope = this.#region.u32[sockaddr_in6.sin6_scope_id >>> 2] as number;
    const address = this.#region.text(NAME_AT) + (scope === 0 ? "" : `%${scope}`);
    return { family: "IPv6", address, port };
  }

  /** Unmaps the buffer. */
  free(): void {
    this.#region.free();
  }
}

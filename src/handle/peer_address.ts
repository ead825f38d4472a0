import { sockaddr, sockaddr_in, sockaddr_in6 } from "../../ffi/libuv/layouts.ts";
import type { SocketAddressBuffer } from "../../ffi/libuv/socket_address.ts";
import { address_families } from "../../ffi/libuv/system_constants.ts";
import { UDP_ADDRESS_BYTES } from "../../ffi/thunks/kinds.ts";
import type { IpAddress } from "../io/address.ts";
import type { Block } from "../memory/block.ts";

/** What tells one IPv4 address and port from another: what follows in the struct is padding. */
const IPV4_BYTES = 8;

/** How many bytes the sender's address in a datagram's block has; 0 where it is none of IP. */
export function peerBytes({ bytes }: Block): number {
  const family = bytes[bytes.length - UDP_ADDRESS_BYTES + sockaddr.sa_family];
  if (family === address_families.AF_INET) return sockaddr_in.size;
  return family === address_families.AF_INET6 ? sockaddr_in6.size : 0;
}

/** Reads senders' addresses. The last one is kept: many datagrams in a row have the same. */
export class PeerAddress {
  readonly #bytes = new Uint8Array(UDP_ADDRESS_BYTES);
  #address: IpAddress | undefined;

  /** The sender of the datagram in a block. @param socketAddress where the bytes are made text */
  read(block: Block, socketAddress: SocketAddressBuffer): IpAddress | undefined {
    const byteLength = peerBytes(block);
    if (byteLength === 0) return undefined;
    const { bytes } = block;
    const start = bytes.length - UDP_ADDRESS_BYTES;
    const compared = byteLength === sockaddr_in.size ? IPV4_BYTES : byteLength;
    if (this.#address !== undefined && this.#isLast(bytes, start, compared)) return this.#address;
    const address = bytes.subarray(start, start + UDP_ADDRESS_BYTES);
    this.#bytes.set(address);
    socketAddress.set(address);
    return this.#address = Object.freeze(socketAddress.ip() as IpAddress);
  }

  #isLast(bytes: Uint8Array, start: number, byteLength: number): boolean {
    const last = this.#bytes;
    for (let i = 0; i < byteLength; i++) if (bytes[start + i] !== last[i]) return false;
    return true;
  }
}

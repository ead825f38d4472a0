import { Region } from "../memory/region.ts";
import type { Pointer } from "../runtime/contract.ts";
import { family } from "./family.ts";

/** The functions of UDP sockets. */
export const udpFunctions = family([
  "uv_udp_init",
  "uv_udp_init_ex",
  "uv_udp_open",
  "uv_udp_bind",
  "uv_udp_connect",
  "uv_udp_getpeername",
  "uv_udp_getsockname",
  "uv_udp_set_membership",
  "uv_udp_set_source_membership",
  "uv_udp_set_multicast_loop",
  "uv_udp_set_multicast_ttl",
  "uv_udp_set_multicast_interface",
  "uv_udp_set_broadcast",
  "uv_udp_set_ttl",
  "uv_udp_send",
  "uv_udp_try_send",
  "uv_udp_recv_start",
  "uv_udp_recv_stop",
]);

/** A group, and how it is joined or left. */
export interface Membership {
  readonly group: string;
  /** Undefined for the system's choice. */
  readonly interfaceAddress: string | undefined;
  /** Undefined for all senders. */
  readonly sourceAddress: string | undefined;
  /** `UV_JOIN_GROUP` or `UV_LEAVE_GROUP`. */
  readonly membership: number;
}

/** Bytes of one address with its closing NUL; the caller has checked that they are addresses. */
const TEXT_BYTES = 256;

/** `uv_udp_set_membership`, or `uv_udp_set_source_membership` for one sender. */
export function setMembership(udp: Pointer, membership: Membership): number {
  const { group, interfaceAddress, sourceAddress } = membership;
  const texts = new Region(3 * TEXT_BYTES);
  const groupText = textAt(texts, 0, group) as Pointer;
  const interfaceText = textAt(texts, TEXT_BYTES, interfaceAddress);
  const sourceText = textAt(texts, 2 * TEXT_BYTES, sourceAddress);
  const uv = udpFunctions();
  const how = membership.membership;
  const status = sourceText === null
    ? uv.uv_udp_set_membership(udp, groupText, interfaceText, how)
    : uv.uv_udp_set_source_membership(udp, groupText, interfaceText, sourceText, how);
  texts.free();
  return status;
}

/** `uv_udp_set_multicast_interface`. */
export function setMulticastInterface(udp: Pointer, address: string): number {
  const texts = new Region(TEXT_BYTES);
  const text = textAt(texts, 0, address) as Pointer;
  const status = udpFunctions().uv_udp_set_multicast_interface(udp, text);
  texts.free();
  return status;
}

function textAt(texts: Region, byteOffset: number, text: string | undefined): Pointer | null {
  if (text === undefined) return null;
  texts.setText(byteOffset, text);
  return texts.pointerTo(byteOffset);
}

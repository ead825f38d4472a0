import { withTexts } from "../memory/text_arguments.ts";
import type { Pointer } from "../runtime/contract.ts";
import { family } from "./family.ts";

/** The functions of UDP sockets. */
export const udpFunctions = family([
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

/** `uv_udp_set_membership`, or `uv_udp_set_source_membership` for one sender. */
export function setMembership(udp: Pointer, how: Membership): number {
  const uv = udpFunctions();
  const { group, interfaceAddress, sourceAddress, membership } = how;
  return withTexts(
    [group, interfaceAddress, sourceAddress],
    (multicast, local, source) =>
      source === null
        ? uv.uv_udp_set_membership(udp, multicast, local, membership)
        : uv.uv_udp_set_source_membership(udp, multicast, local, source, membership),
  );
}

/** `uv_udp_set_multicast_interface`. */
export function setMulticastInterface(udp: Pointer, address: string): number {
  const { uv_udp_set_multicast_interface } = udpFunctions();
  return withTexts([address], (text) => uv_udp_set_multicast_interface(udp, text));
}

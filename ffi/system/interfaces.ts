import { sockaddr, uv_interface_address_t } from "../libuv/layouts.ts";
import { address_families } from "../libuv/system_constants.ts";
import { nativeText } from "../memory/native_text.ts";
import { Region } from "../memory/region.ts";
import type { Pointer } from "../runtime/contract.ts";
import { runtime } from "../runtime/current.ts";
import { systemFunctions } from "./functions.ts";
import { type ListResult, readList, wordOf } from "./list.ts";

/** One address of one network interface. */
export interface InterfaceAddress {
  /** `lo`, `eth0`. */
  readonly name: string;
  readonly family: "IPv4" | "IPv6";
  readonly address: string;
  readonly netmask: string;
  /** The hardware address: `00:00:00:00:00:00` where there is none. */
  readonly mac: string;
  /** Whether it reaches nothing but this machine. */
  readonly isInternal: boolean;
}

const MAC_BYTES = 6;
const TEXT_BYTES = 64;

/** Reads the addresses of all interfaces that are up (`uv_interface_addresses`). */
export function readInterfaces(): ListResult<InterfaceAddress> {
  const uv = systemFunctions();
  return readList({
    itemBytes: uv_interface_address_t.size,
    make: uv.uv_interface_addresses,
    read: readInterface,
    free: uv.uv_free_interface_addresses,
  });
}

function readInterface(item: DataView, address: number): InterfaceAddress {
  const family = item.getUint16(uv_interface_address_t.address + sockaddr.sa_family, true);
  const isIpv6 = family === address_families.AF_INET6;
  return {
    name: nativeText(wordOf(item, uv_interface_address_t.name)),
    family: isIpv6 ? "IPv6" : "IPv4",
    address: ipAt(address + uv_interface_address_t.address, isIpv6),
    netmask: ipAt(address + uv_interface_address_t.netmask, isIpv6),
    mac: macOf(item),
    isInternal: item.getInt32(uv_interface_address_t.is_internal, true) !== 0,
  };
}

function ipAt(address: number, isIpv6: boolean): string {
  const { uv_ip4_name, uv_ip6_name } = systemFunctions();
  const text = new Region(TEXT_BYTES);
  const write = isIpv6 ? uv_ip6_name : uv_ip4_name;
  write(runtime().pointer(address) as Pointer, text.pointer, TEXT_BYTES);
  const ip = text.text(0);
  text.free();
  return ip;
}

function macOf(item: DataView): string {
  const at = uv_interface_address_t.phys_addr;
  const bytes = Array.from({ length: MAC_BYTES }, (_, i) => item.getUint8(at + i));
  return bytes.map((byte) => byte.toString(16).padStart(2, "0")).join(":");
}

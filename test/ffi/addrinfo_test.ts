import assert from "node:assert/strict";
import { readAddresses } from "../../ffi/libuv/addrinfo.ts";
import { addrinfo, sockaddr_in6 } from "../../ffi/libuv/layouts.ts";
import { SocketAddressBuffer } from "../../ffi/libuv/socket_address.ts";
import { address_families } from "../../ffi/libuv/system_constants.ts";
import { Region } from "../../ffi/memory/region.ts";
import { runtime } from "../../ffi/runtime/current.ts";
import { test } from "../harness.ts";

const { AF_INET, AF_INET6, AF_UNIX } = address_families;

/** What a list says of one address; without a socket address if there is no text. */
interface Entry {
  readonly family: number;
  readonly text?: string;
  readonly scope?: number;
}

/** A list as `getaddrinfo` makes it, read. */
function readList(entries: readonly Entry[]): unknown {
  const entryBytes = addrinfo.size + 32;
  const list = new Region(entries.length * entryBytes);
  entries.forEach(({ family, text, scope = 0 }, index) => {
    const at = index * entryBytes;
    const addressAt = at + addrinfo.size;
    list.i32[(at + addrinfo.ai_flags) / 4] = -1;
    list.i32[(at + addrinfo.ai_family) / 4] = family;
    if (text !== undefined) {
      copyAddress(list.u8.subarray(addressAt, addressAt + sockaddr_in6.size), text);
      if (scope > 0) list.u32[(addressAt + sockaddr_in6.sin6_scope_id) / 4] = scope;
      list.setWord(at + addrinfo.ai_addr, list.address + addressAt);
    }
    const isLast = index === entries.length - 1;
    list.setWord(at + addrinfo.ai_next, isLast ? 0 : list.address + at + entryBytes);
  });
  const addresses = readAddresses(list.pointer);
  list.free();
  return addresses.map(({ family, address }) => `${family} ${address}`);
}

function copyAddress(to: Uint8Array, text: string): void {
  const buffer = new SocketAddressBuffer();
  assert.ok(buffer.setIp(text, 0));
  to.set(new Uint8Array(runtime().arrayBuffer(buffer.pointer, to.length)));
  buffer.free();
}

test("readAddresses() keeps the order of the list, and each address once", () => {
  const list = [
    { family: AF_INET6, text: "::1" },
    { family: AF_INET, text: "192.0.2.1" },
    { family: AF_INET, text: "127.0.0.1" },
    { family: AF_INET, text: "192.0.2.1" },
    { family: AF_INET6, text: "::1" },
    { family: AF_INET, text: "0.0.0.0" },
  ];
  const addresses = ["IPv6 ::1", "IPv4 192.0.2.1", "IPv4 127.0.0.1", "IPv4 0.0.0.0"];
  assert.deepEqual(readList(list), addresses);
});

test("readAddresses() tells addresses of different interfaces apart", () => {
  const addresses = ["IPv6 fe80::1%2", "IPv6 fe80::1%77777", "IPv6 fe80::1"];
  const text = "fe80::1";
  const list = [2, 77777, 0, 2].map((scope) => ({ family: AF_INET6, text, scope }));
  assert.deepEqual(readList(list), addresses);
});

test("readAddresses() leaves out what is no IP address", () => {
  const list = [{ family: AF_UNIX, text: "::1" }, { family: AF_INET }, {
    family: AF_INET,
    text: "192.0.2.1",
  }];
  assert.deepEqual(readList(list), ["IPv4 192.0.2.1"]);
  assert.deepEqual(readList([{ family: AF_UNIX }]), []);
});

test("readAddresses() reads no list as an empty one", () => {
  assert.deepEqual(readAddresses(null), []);
});

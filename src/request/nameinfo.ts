import { uv_req_type } from "../../ffi/libuv/constants.ts";
import { nameinfo_flags, startNameLookup } from "../../ffi/libuv/nameinfo.ts";
import { nativeText } from "../../ffi/memory/native_text.ts";
import { recordWords } from "../../ffi/memory/ring.ts";
import { runtime } from "../../ffi/runtime/current.ts";
import { boolean, integer, optionsObject, string } from "../handle/argument.ts";
import { ClosedError } from "../error/closed_error.ts";
import type { HostService, NameInfo, NameInfoOptions } from "../io/nameinfo.ts";
import type { MachineEntry } from "../loop/machine_entry.ts";
import { BaseRequest } from "./request.ts";

/** A `uv_getnameinfo_t`; see `NameInfo`. */
export class NameInfoRequest extends BaseRequest<HostService> implements NameInfo {
  readonly kind = "nameinfo";
  readonly address: string;
  readonly port: number;
  protected readonly syscall = "name";
  protected readonly events = { done: "named", failed: "nameFailed" } as const;

  /** Made by `nameinfo`, which has checked everything, and filled the loop's socket address. */
  constructor(owner: MachineEntry, address: string, port: number, flags: number) {
    super(owner.core, uv_req_type.UV_GETNAMEINFO, owner);
    this.address = address;
    this.port = port;
    const { pointer: loop, callbacks, socketAddress } = owner.core.native;
    const { pointer: request } = this.cell;
    const callback = callbacks.on_getnameinfo;
    const query = { loop, request, callback, address: socketAddress.pointer, flags };
    this.started(startNameLookup(query));
  }

  protected get subject(): string {
    return this.address.includes(":")
      ? `[${this.address}]:${this.port}`
      : `${this.address}:${this.port}`;
  }

  protected takeStatus(words: Int32Array, at: number): number {
    return words[at + recordWords.a] as number;
  }

  /** Both texts lie in the request, which is freed after this. */
  protected takeValue(words: Int32Array, at: number): HostService {
    const address = (low: number, high: number) =>
      (words[at + high] as number) * 2 ** 32 + ((words[at + low] as number) >>> 0);
    return {
      host: nativeText(address(recordWords.b, recordWords.bHigh)),
      service: nativeText(address(recordWords.c, recordWords.cHigh)),
    };
  }
}

/** Starts a lookup for a machine; see `Requests.nameinfo`. */
export function nameinfo(
  owner: MachineEntry,
  address: string,
  port: number,
  options: NameInfoOptions = {},
): NameInfoRequest {
  string(address, "address");
  const number = integer(port, "port", 0, 65535);
  const flags = flagsOf(options); // may run code of the user's
  if (!owner.core.isOpen) throw new ClosedError("machine", "name an address");
  if (!owner.core.native.socketAddress.setIp(address, number)) {
    throw new RangeError(`address must be an IP address, not ${address}`);
  }
  return new NameInfoRequest(owner, address, number, flags);
}

function flagsOf(options: NameInfoOptions): number {
  optionsObject(options);
  const { NI_NUMERICHOST, NI_NUMERICSERV, NI_NAMEREQD, NI_DGRAM } =
    nameinfo_flags[runtime().os === "darwin" ? "darwin" : "linux"];
  const flag = (name: keyof NameInfoOptions, value: number) =>
    boolean(options[name] ?? false, name) ? value : 0;
  return flag("numericHost", NI_NUMERICHOST) | flag("numericService", NI_NUMERICSERV) |
    flag("requireName", NI_NAMEREQD) | flag("datagram", NI_DGRAM);
}

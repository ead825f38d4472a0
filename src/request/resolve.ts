import { startLookup, takeAddresses } from "../../ffi/libuv/addrinfo.ts";
import { uv_req_type } from "../../ffi/libuv/constants.ts";
import { errorNumber } from "../../ffi/libuv/error_number.ts";
import { recordWords } from "../../ffi/memory/ring.ts";
import { boolean, optionsObject } from "../handle/argument.ts";
import type { LoopCore } from "../loop/loop_core.ts";
import type { MachineEntry } from "../loop/machine_entry.ts";
import type { HostAddress } from "../io/address.ts";
import type { Resolve, ResolveOptions } from "../io/resolve.ts";
import { hostName } from "./host_name.ts";
import { BaseRequest } from "./request.ts";

/** A `uv_getaddrinfo_t`; see `Resolve`. */
export class ResolveRequest extends BaseRequest<readonly HostAddress[]> implements Resolve {
  readonly kind = "resolve";
  readonly host: string;
  protected readonly syscall = "resolve";
  protected readonly events = { done: "resolved", failed: "resolveFailed" } as const;
  private _addresses: readonly HostAddress[] = [];

  /** Made by `resolve`, which has checked everything. */
  constructor(core: LoopCore, owner: MachineEntry, query: Query) {
    super(core, uv_req_type.UV_GETADDRINFO, owner);
    this.host = query.host;
    const { pointer: loop, callbacks } = core.native;
    const { pointer: request } = this.cell;
    const { name: host, family, numericHost } = query;
    const callback = callbacks.on_getaddrinfo;
    this.started(startLookup({ loop, request, callback, host, family, numericHost }));
  }

  protected get subject(): string {
    return this.host;
  }

  protected takeStatus(words: Int32Array, at: number): number {
    const status = words[at + recordWords.a] as number;
    const low = words[at + recordWords.b] as number;
    const high = words[at + recordWords.bHigh] as number;
    this._addresses = takeAddresses(high * 2 ** 32 + (low >>> 0));
    const isEmpty = status === 0 && this._addresses.length === 0;
    return isEmpty ? errorNumber("UV_EAI_NODATA") : documented(status);
  }

  protected takeValue(): readonly HostAddress[] {
    return this.core.event.addresses = this._addresses;
  }
}

/** A lookup whose arguments are checked. */
interface Query {
  /** As the caller wrote it. */
  readonly host: string;
  /** In ASCII. */
  readonly name: string;
  readonly family: 0 | 4 | 6;
  readonly numericHost: boolean;
}

/**
 * Starts a lookup for a machine; see `Scope.resolve`.
 *
 * @throws {TypeError} for arguments of a wrong type
 * @throws {RangeError} for a host that can be none, or an unknown family
 * @throws {UvError} where libuv refuses: ENOMEM
 */
export function resolve(
  owner: MachineEntry,
  host: string,
  options: ResolveOptions = {},
): ResolveRequest {
  const name = hostName(host);
  const { family = 0, numericHost = false } = optionsObject(options);
  if (typeof family !== "number") throw new TypeError("family must be a number");
  if (family !== 0 && family !== 4 && family !== 6) {
    throw new RangeError(`family must be 0, 4 or 6, not ${family}`);
  }
  boolean(numericHost, "numericHost");
  return new ResolveRequest(owner.core, owner, { host, name, family, numericHost });
}

/** libuv calls a lookup that was cancelled EAI_CANCELED, though its manual says ECANCELED. */
function documented(status: number): number {
  return status === errorNumber("UV_EAI_CANCELED") ? errorNumber("UV_ECANCELED") : status;
}

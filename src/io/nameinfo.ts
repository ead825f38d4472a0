import type { IoRequest, RequestDone, RequestFailed } from "./request.ts";

/** What an address and port are called. */
export interface HostService {
  /** `localhost`; the address itself where it has no name. */
  readonly host: string;
  /** `http`; the number of the port where it has no name. */
  readonly service: string;
}

/** A lookup of an address (`uv_getnameinfo_t`): a `named` or `nameFailed` event. */
export interface NameInfo extends IoRequest<HostService> {
  readonly kind: "nameinfo";
  /** The address that is looked up. */
  readonly address: string;
  readonly port: number;
}

/** How an address is looked up (`getnameinfo(3)`); all false by default. */
export interface NameInfoOptions {
  /** Asks nobody for the name of the address (`NI_NUMERICHOST`). */
  readonly numericHost?: boolean;
  /** Leaves the port a number (`NI_NUMERICSERV`). */
  readonly numericService?: boolean;
  /** Fails with EAI_NONAME where the address has no name (`NI_NAMEREQD`). */
  readonly requireName?: boolean;
  /** Names the port as UDP's (`NI_DGRAM`). */
  readonly datagram?: boolean;
}

/** What comes of a lookup. */
export type NameInfoEvent =
  /** `request.result`: the names. */
  | RequestDone<"named", NameInfo>
  /** EAI_NONAME, EAI_AGAIN, ...; ECANCELED after `cancel()`. */
  | RequestFailed<"nameFailed", NameInfo>;

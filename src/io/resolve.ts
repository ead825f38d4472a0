import type { HostAddress } from "./address.ts";
import type { IoRequest, RequestDone, RequestFailed } from "./request.ts";

/** A lookup of a name (`uv_getaddrinfo_t`): a `resolved` or `resolveFailed` event. */
export interface Resolve extends IoRequest<readonly HostAddress[]> {
  readonly kind: "resolve";
  /** What is looked up. */
  readonly host: string;
}

/** How a name is looked up. */
export interface ResolveOptions {
  /** The addresses that will do: 4 for IPv4, 6 for IPv6, 0 (the default) for either. */
  readonly family?: 0 | 4 | 6;
  /** Takes a literal address only, and asks nobody (`AI_NUMERICHOST`); false by default. */
  readonly numericHost?: boolean;
}

/** What comes of a lookup. */
export type ResolveEvent =
  /** At least one address, each once, the resolver's first choice first. Yours to keep. */
  | (RequestDone<"resolved", Resolve> & { readonly addresses: readonly HostAddress[] })
  /** EAI_NONAME, EAI_AGAIN, ...; ECANCELED after `cancel()`. */
  | RequestFailed<"resolveFailed", Resolve>;

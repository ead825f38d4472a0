/** An IP address and port. */
export interface IpAddress {
  readonly family: "IPv4" | "IPv6";
  /** `127.0.0.1`, `::1`, `fe80::1%2`. */
  readonly address: string;
  readonly port: number;
}

/** An IP address without a port: what a name stands for. */
export interface HostAddress {
  readonly family: "IPv4" | "IPv6";
  /** `127.0.0.1`, `::1`, `fe80::1%2`: as `Tcp.connect` takes it. */
  readonly address: string;
}

import { HOST_BYTES_MAX } from "../../ffi/libuv/addrinfo.ts";
import { string } from "../handle/argument.ts";

const beyondAscii = /\P{ASCII}/u;

/** What a URL would not take for a part of its host, or would decode. */
const foreignToHosts = /[\0- "#%/:<>?@[\\\]^`{|}\x7f]/;

/**
 * Checks a host name, and writes it in ASCII, as name servers know it: `BÜCHER.example` becomes
 * `xn--bcher-kva.example`, by the rules of the URL standard. libuv would convert it too, but knows
 * no upper case outside ASCII and may cut the result off.
 *
 * @throws {TypeError} unless it is a string
 * @throws {RangeError} when it is empty, has a NUL in it, is too long, or cannot be converted
 */
export function hostName(value: unknown): string {
  const name = string(value, "host");
  if (name === "") throw new RangeError("host must not be empty");
  if (name.includes("\0")) throw new RangeError("host must not contain a NUL");
  assertFits(name); // before work is put into it
  const converted = beyondAscii.test(name) ? toAscii(name) : name;
  assertFits(converted);
  return converted;
}

function assertFits({ length }: string): void {
  if (length <= HOST_BYTES_MAX) return;
  throw new RangeError(`host must have at most ${HOST_BYTES_MAX} characters, not ${length}`);
}

function toAscii(name: string): string {
  const url = foreignToHosts.test(name) ? null : URL.parse(`http://${name}`);
  if (url === null) throw new RangeError(`host must be a name or an address, not ${name}`);
  return url.hostname;
}

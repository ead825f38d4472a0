import { openLibrary } from "../libuv/library.ts";
import type { Pointer } from "../runtime/contract.ts";
import { runtime } from "../runtime/current.ts";
import { nativeAddress } from "./native_address.ts";

/** A function of native code, taken on trust: what is called there must be one. */
export class NativeFunction {
  /** Where it starts. */
  readonly address: number;
  /** The same, as the runtime's pointer. */
  readonly pointer: Pointer;

  /**
   * @param start a pointer of the runtime's FFI, or an address
   * @throws {TypeError} for anything else
   * @throws {RangeError} for address 0, or one that no process has
   */
  constructor(start: Pointer | number | bigint) {
    this.address = nativeAddress(start);
    this.pointer = runtime().pointer(this.address) as Pointer;
  }

  /**
   * A function that libuv exports.
   *
   * @throws {RangeError} where it exports none of this name
   */
  static ofLibuv(name: string): NativeFunction {
    const address = openLibrary().address(name);
    if (address === 0) throw new RangeError(`libuv exports no function ${name}`);
    return new NativeFunction(address);
  }
}

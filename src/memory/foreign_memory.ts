import { NativeSpan } from "../../ffi/memory/native_span.ts";
import { LentMemory, type LentMemoryOptions } from "./lent_memory.ts";

/**
 * Memory of other native code, to be written without a copy: what a library has given a pointer to.
 *
 * ```ts
 * import { NativeSpan } from "rotor-uv/ffi";
 * stream.write(new ForeignMemory(new NativeSpan(pointer, byteLength), { released: free }));
 * ```
 *
 * Writing reads it in the kernel alone, so a wrong address is a `writeFailed` event with EFAULT.
 */
export class ForeignMemory extends LentMemory {
  private readonly _span: NativeSpan;
  private _bytes: Uint8Array<ArrayBuffer> | undefined;

  /**
   * @param span where it is
   * @throws {TypeError} for anything but a native span
   */
  constructor(span: NativeSpan, options: LentMemoryOptions = {}) {
    if (!(span instanceof NativeSpan)) throw new TypeError("Foreign memory is a NativeSpan");
    super(span.address, span.byteLength, options);
    this._span = span;
  }

  /**
   * A view, made when it is first asked for; empty after the last holder has let go.
   *
   * SAFETY: to read a view of memory that is not mapped ends the process.
   */
  get bytes(): Uint8Array<ArrayBuffer> {
    if (this.holders === 0) return new Uint8Array(0);
    return this._bytes ??= this._span.view();
  }

  protected override ended(): void {
    this._bytes?.buffer.transfer(0); // detaches it: whoever has kept the view sees nothing
    this._bytes = undefined;
  }
}

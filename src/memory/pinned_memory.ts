import { runtime } from "../../ffi/runtime/current.ts";
import { LentMemory, type LentMemoryOptions } from "./lent_memory.ts";

/** A buffer, with what only one of its two kinds has. */
type AnyBuffer = ArrayBufferLike & { readonly detached?: boolean; readonly growable?: boolean };

/**
 * Bytes of the user's that native code may read where they are. They are kept alive, and written
 * without a copy, whatever their size:
 *
 * ```ts
 * const memory = new PinnedMemory(bytes, { released: () => fill(bytes) });
 * stream.write(memory);
 * memory.release(); // the write holds it now
 * ```
 *
 * Until `released` the bytes must stay as they are: what is sent is what they hold when the system
 * takes them, which may be in parts. Taking the buffer away meanwhile (`transfer`, `postMessage`,
 * growing a WebAssembly memory) cannot be forbidden. It does not end the process: the kernel sends
 * what is found at the place, which may be other data of this process, or answers EFAULT.
 *
 * The place does not move: both runtimes keep the bytes of a typed array outside their collected
 * heap once its `buffer` was read, which the constructor does. Measured in Bun 1.4.5 and Deno
 * 2.9.5 with 1 byte to 1 MiB and forced collections.
 */
export class PinnedMemory extends LentMemory {
  readonly bytes: Uint8Array;

  /**
   * @param bytes may lie in shared memory; another thread that writes there changes what is sent
   * @throws {TypeError} for anything but bytes or a buffer, and for one that was detached
   * @throws {RangeError} for a buffer that can be resized: it may lose the memory at any time
   */
  constructor(
    bytes: Uint8Array | ArrayBuffer | SharedArrayBuffer,
    options: LentMemoryOptions = {},
  ) {
    const view = viewOf(bytes);
    const buffer = view.buffer as AnyBuffer;
    if (buffer.detached) throw new TypeError("The bytes are gone: their buffer was detached");
    if (isResizable(buffer)) throw new RangeError("A buffer that can be resized cannot be pinned");
    super(runtime().addressOf(view), view.length, options);
    this.bytes = view;
  }

  /** Whether bytes can be pinned. */
  static accepts({ buffer }: Uint8Array): boolean {
    return !(buffer as AnyBuffer).detached && !isResizable(buffer);
  }

  /** @throws {TypeError} when the buffer was detached since */
  override retain(): this {
    if ((this.bytes.buffer as AnyBuffer).detached) {
      throw new TypeError("The bytes are gone: their buffer was detached");
    }
    return super.retain();
  }
}

/** A view of our own: a subclass may tell another length than it has. */
function viewOf(bytes: unknown): Uint8Array {
  if (bytes instanceof Uint8Array) {
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  if (bytes instanceof ArrayBuffer || bytes instanceof SharedArrayBuffer) {
    return new Uint8Array(bytes);
  }
  throw new TypeError("What is pinned is a Uint8Array, an ArrayBuffer or a SharedArrayBuffer");
}

function isResizable(buffer: AnyBuffer): boolean {
  return buffer instanceof ArrayBuffer ? buffer.resizable : buffer.growable === true;
}

/** What `servers/heap_echo.ts` tells `heap.ts`. */

/** A moment right after a collection. */
export interface HeapMark {
  /** Echoed up to then. */
  readonly messages: number;
  /** Bytes of JavaScript objects. */
  readonly heapUsed: number;
  /** Bytes that such objects hold outside of the heap; of the region that libuv works in too. */
  readonly external: number;
  /** Bytes of memory of the whole process. */
  readonly rss: number;
  readonly ffiCalls: number;
  readonly iterations: number;
  readonly nativeToJsCallbacks: number;
}

/** What became garbage between the marks. */
export interface Garbage {
  /** Bytes; undefined under Bun, which tells the size of its heap only after a collection. */
  readonly garbagePerMessage?: number;
  /** Collections that the runtime made on its own account: in how many slices they showed. */
  readonly collections: number;
}

export interface HeapReport extends Garbage {
  readonly before: HeapMark;
  readonly after: HeapMark;
}

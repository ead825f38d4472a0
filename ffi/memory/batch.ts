import { IoUring } from "./io_uring.ts";
import { Region } from "./region.ts";
import { batch as layout, submission } from "./ring_layout.ts";

/** Calls that are made together at the most: a power of 2. */
const ENTRIES = 256;

/**
 * The calls on sockets that native code makes together: the reads of a poll right after it, the
 * writes of a turn right before the next (`make_calls` in `../thunks/calls.h`). An io_uring makes
 * them by one system call. Where there is none to be had they are made one by one, from memory of
 * our own.
 */
export class Batch {
  readonly #uring = IoUring.open(ENTRIES);
  /** Where there is no io_uring: the submissions, and behind them their tail. */
  readonly #own: Region | undefined;

  /** Fills the `struct batch` that lies in a ring's header at a place. */
  constructor(header: Region, at: number) {
    header.u32[(at + layout.entries) / 4] = ENTRIES;
    header.i32[(at + layout.fd) / 4] = this.#uring?.fd ?? -1;
    if (this.#uring !== undefined) {
      header.setWord(at + layout.tail, this.#uring.tail);
      header.setWord(at + layout.submissions, this.#uring.submissions);
      header.setWord(at + layout.completed_head, this.#uring.completedHead);
      header.setWord(at + layout.completed_tail, this.#uring.completedTail);
      header.setWord(at + layout.completions, this.#uring.completions);
    } else {
      const submissionsBytes = ENTRIES * submission.size;
      this.#own = new Region(submissionsBytes + 4);
      header.setWord(at + layout.submissions, this.#own.address);
      header.setWord(at + layout.tail, this.#own.address + submissionsBytes);
    }
  }

  /** Gives everything back. SAFETY: native code must not use it any more. */
  free(): void {
    this.#uring?.close();
    this.#own?.free();
  }
}

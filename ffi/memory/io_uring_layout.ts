/**
 * Byte offsets in what `io_uring_setup(2)` answers, by the names of `<linux/io_uring.h>`, with
 * which `scripts/thunks.ts` compares them.
 */

/** What is asked for, and the answer. */
export const io_uring_params = {
  size: 120,
  sq_entries: 0,
  cq_entries: 4,
  flags: 8,
  sq_off: 40,
  cq_off: 80,
} as const;

/** Where the parts of the submissions' ring lie in the shared memory. */
export const io_sqring_offsets = { size: 40, tail: 4, array: 24 } as const;

/** Where those of the completions' ring lie. */
export const io_cqring_offsets = { size: 40, head: 0, tail: 4, cqes: 20 } as const;

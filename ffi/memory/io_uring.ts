import { runtime } from "../runtime/current.ts";
import { io_cqring_offsets, io_sqring_offsets, io_uring_params } from "./io_uring_layout.ts";
import { Region } from "./region.ts";
import { completion, submission } from "./ring_layout.ts";
import { system } from "./system.ts";

/** `SYS_io_uring_setup`, for which libc has no function: the same on x64 and arm64. */
const SYS_IO_URING_SETUP = 425;
const IORING_SETUP_SINGLE_ISSUER = 1 << 12;
const IORING_SETUP_DEFER_TASKRUN = 1 << 13;
/** What `mmap(2)` of the descriptor gives, by its offset. */
const IORING_OFF_SQ_RING = 0;
const IORING_OFF_SQES = 0x10000000;

/**
 * An `io_uring(7)`: a list of calls that the kernel makes in their order by one system call. All of
 * ours are calls that do not wait; polling and everything else that waits stays libuv's.
 */
export class IoUring {
  readonly fd: number;
  /** Native addresses of what the kernel shares. */
  readonly tail: number;
  readonly submissions: number;
  readonly completedHead: number;
  readonly completedTail: number;
  readonly completions: number;
  readonly #rings: Region;
  readonly #submissions: Region;

  private constructor(fd: number, params: Region) {
    const field = (offset: number): number => params.u32[offset / 4] as number;
    const { sq_off, cq_off, sq_entries, cq_entries } = io_uring_params;
    const entries = field(sq_entries);
    const order = field(sq_off + io_sqring_offsets.array);
    const completions = field(cq_off + io_cqring_offsets.cqes);
    const orderEnd = order + 4 * entries;
    const completionsEnd = completions + completion.size * field(cq_entries);
    this.fd = fd;
    this.#rings = new Region(Math.max(orderEnd, completionsEnd), {
      fd,
      offset: IORING_OFF_SQ_RING,
    });
    this.#submissions = new Region(entries * submission.size, { fd, offset: IORING_OFF_SQES });
    const { address } = this.#rings;
    this.tail = address + field(sq_off + io_sqring_offsets.tail);
    this.submissions = this.#submissions.address;
    this.completedHead = address + field(cq_off + io_cqring_offsets.head);
    this.completedTail = address + field(cq_off + io_cqring_offsets.tail);
    this.completions = address + completions;
    for (let i = 0; i < entries; i++) this.#rings.u32[order / 4 + i] = i;
  }

  /**
   * Undefined where there is none to be had: before Linux 6.1, where the system forbids it (many
   * containers do), without a free descriptor, and with `UV_USE_IO_URING=0`, which libuv heeds too.
   *
   * SAFETY: it belongs to this thread; the kernel refuses the calls of any other.
   *
   * @param entries calls that it holds: a power of 2
   */
  static open(entries: number): IoUring | undefined {
    if (runtime().os !== "linux" || runtime().environment("UV_USE_IO_URING") === "0") return;
    const params = new Region(io_uring_params.size);
    params.u32[io_uring_params.flags / 4] = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN;
    try {
      const fd = system().syscall(SYS_IO_URING_SETUP, entries, params.pointer);
      return fd < 0 ? undefined : new IoUring(fd, params);
    } finally {
      params.free();
    }
  }

  /** Gives everything back. SAFETY: native code must not use it any more. */
  close(): void {
    this.#rings.free();
    this.#submissions.free();
    system().close(this.fd);
  }
}

import { Region } from "./memory/region.ts";
import { system } from "./memory/system.ts";

/** `struct pollfd`: the descriptor, what is asked, what is answered. */
const POLLFD_BYTES = 8;
const POLLIN = 1;
const FOR_EVER = -1;

/** Waits until descriptors can be read from: for a thread that has nothing else to do. */
export class ReadablePoll {
  readonly #pollfd = new Region(POLLFD_BYTES);

  /** @param fd to wait for: it must stay open as long as somebody waits */
  constructor(fd: number) {
    this.#pollfd.i32[0] = fd;
  }

  /** Blocks the thread until the descriptor is readable, or a signal came: look yourself. */
  wait(): void {
    this.#pollfd.i32[1] = POLLIN;
    system().poll(this.#pollfd.pointer, 1, FOR_EVER);
  }

  /** Unmaps the memory. */
  free(): void {
    this.#pollfd.free();
  }
}

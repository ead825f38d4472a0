import { Region } from "../memory/region.ts";
import { bindSystem, lastError } from "../memory/system.ts";
import type { Pointer } from "../runtime/contract.ts";
import { runtime } from "../runtime/current.ts";
import { installLastWords, type IsHandled, type LastWords } from "./last_words.ts";

/** `ioctl(2)` of Linux, on x64 and arm64 alike. */
const TCGETS = 0x5401;
const TCSETS = 0x5402;
const TIOCGDEV = 0x80045432;

/** `struct saved` of `restore.c`; `termios` is the kernel's structure of 36 bytes. */
const entry = { size: 64, fd: 0, device: 4, termios: 8 } as const;
const ENTRIES = 64;
const NO_FD = -1;
const ENOSPC = -28;

/**
 * Terminals that are in another mode than they were found in, with what has to be written back.
 *
 * Several descriptors of one terminal share what the first of them has found: what the second finds
 * is the work of the first.
 */
export class SavedTerminals {
  readonly #memory: Region;
  /** Where the table begins, in bytes. */
  readonly #start: number;
  readonly #lastWords: LastWords | undefined;
  #count = 0;
  readonly #ioctl = bindSystem({
    /** `int ioctl(int fd, unsigned long op, void* argp)`: variadic, which both pass alike */
    ioctl: { parameters: ["i32", "u64", "pointer"], result: "i32" },
  }).ioctl;

  /**
   * Installs what restores them when the process dies, where that is to be had.
   *
   * @param isHandled whether somebody waits for a signal, which then does not kill
   */
  constructor(isHandled: IsHandled) {
    this.#lastWords = installLastWords(isHandled);
    this.#memory = this.#lastWords?.memory ?? new Region(ENTRIES * entry.size);
    this.#start = this.#lastWords?.tableAt ?? 0;
    for (let index = 0; index < ENTRIES; index++) this.#setFd(index, NO_FD);
  }

  /** Whether the system is one that this knows. */
  static get isSupported(): boolean {
    return runtime().os === "linux";
  }

  /** Those that are there. */
  get count(): number {
    return this.#count;
  }

  /**
   * Keeps how a terminal is now.
   *
   * @param fd stays open until `remove`
   * @returns its number here, or a negative error
   */
  save(fd: number): number {
    const index = this.#indexOf((other) => this.#fd(other) === NO_FD);
    if (index < 0) return ENOSPC;
    if (this.#ioctl(fd, TIOCGDEV, this.#pointer(index, entry.device)) < 0) return lastError();
    const other = this.#sharing(index);
    if (other >= 0) this.#copy(other, index);
    else if (this.#ioctl(fd, TCGETS, this.#pointer(index, entry.termios)) < 0) return lastError();
    this.#setFd(index, fd); // last: from now on it is restored whatever happens
    this.#count++;
    this.#lastWords?.arm();
    return index;
  }

  /** Writes back how a terminal was. A terminal that has hung up is past caring. */
  restore(index: number): void {
    this.#ioctl(this.#fd(index), TCSETS, this.#pointer(index, entry.termios));
  }

  /** Writes back how all of them were. */
  restoreAll(): void {
    for (let index = 0; index < ENTRIES; index++) {
      if (this.#fd(index) !== NO_FD) this.restore(index);
    }
  }

  /** Forgets a terminal; the last one that has saved it writes back how it was. */
  remove(index: number): void {
    if (this.#sharing(index) < 0) this.restore(index);
    this.#setFd(index, NO_FD);
    if (--this.#count === 0) this.#lastWords?.disarm();
  }

  /** Another entry for the terminal of this one, or -1. */
  #sharing(index: number): number {
    const device = this.#memory.u32[this.#word(index, entry.device)];
    return this.#indexOf((other) =>
      other !== index && this.#fd(other) !== NO_FD &&
      this.#memory.u32[this.#word(other, entry.device)] === device
    );
  }

  #copy(from: number, to: number): void {
    const [source, target] = [this.#at(from, entry.termios), this.#at(to, entry.termios)];
    this.#memory.u8.copyWithin(target, source, source + entry.size - entry.termios);
  }

  #indexOf(matches: (index: number) => boolean): number {
    for (let index = 0; index < ENTRIES; index++) if (matches(index)) return index;
    return -1;
  }

  #fd(index: number): number {
    return this.#memory.i32[this.#word(index, entry.fd)] as number;
  }

  #setFd(index: number, fd: number): void {
    this.#memory.i32[this.#word(index, entry.fd)] = fd;
  }

  #pointer(index: number, field: number): Pointer {
    return this.#memory.pointerTo(this.#at(index, field));
  }

  #word(index: number, field: number): number {
    return this.#at(index, field) >>> 2;
  }

  #at(index: number, field: number): number {
    return this.#start + index * entry.size + field;
  }
}

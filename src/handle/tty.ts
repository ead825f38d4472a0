import { uv_handle_type, uv_tty_mode_t } from "../../ffi/libuv/constants.ts";
import { errorNumber } from "../../ffi/libuv/error_number.ts";
import { hasRawVt, readWindowSize, ttyFunctions } from "../../ffi/libuv/tty.ts";
import { StateError } from "../error/state_error.ts";
import { UvError } from "../error/uv_error.ts";
import type { Tty, TtyMode, WindowSize } from "../io/tty.ts";
import type { LoopCore } from "../loop/loop_core.ts";
import type { MachineEntry } from "../loop/machine_entry.ts";
import { adoptedFd, closeFd } from "./adopted_fd.ts";
import { string } from "./argument.ts";
import { StreamHandle } from "./stream.ts";
import { TerminalMode } from "./terminal_mode.ts";

/** What the system keeps of a terminal's input (`N_TTY_BUF_SIZE`). */
const TTY_BYTES = 4096;

const modes = {
  normal: uv_tty_mode_t.UV_TTY_MODE_NORMAL,
  raw: uv_tty_mode_t.UV_TTY_MODE_RAW,
  io: uv_tty_mode_t.UV_TTY_MODE_IO,
  rawVt: uv_tty_mode_t.UV_TTY_MODE_RAW_VT,
} as const;

/** A `uv_tty_t`; see `Tty`. */
export class TtyHandle extends StreamHandle implements Tty {
  readonly kind = "tty";
  readonly #fd: number;
  readonly #terminal: TerminalMode;
  /** Whether it could not be opened anew. */
  readonly #isBlocking: boolean;
  #mode: TtyMode = "normal";

  /**
   * Opens a terminal (`uv_tty_init`).
   *
   * libuv opens the device anew where it can, so that only its own descriptor becomes non-blocking,
   * and puts that in the place of the one it was given as well: that one must be ours.
   *
   * @param fd stays the caller's
   */
  static open(core: LoopCore, owner: MachineEntry, fd: number): TtyHandle {
    const own = adoptedFd(core, fd, uv_handle_type.UV_TTY, "UV_EINVAL");
    let tty: TtyHandle | undefined;
    try {
      return tty = new TtyHandle(core, owner, fd, own);
    } finally {
      if (tty === undefined || !tty.#isBlocking) closeFd(own);
    }
  }

  private constructor(core: LoopCore, owner: MachineEntry, fd: number, own: number) {
    const { uv_tty_init } = ttyFunctions();
    super(core, uv_handle_type.UV_TTY, owner);
    this.#fd = fd;
    this.checkInit(uv_tty_init(core.native.pointer, this.pointer, own, 0));
    const used = core.native.fileno(this.pointer);
    this.#isBlocking = used === own;
    this.#terminal = new TerminalMode(used);
    this.adopted();
  }

  get mode(): TtyMode {
    return this.#mode;
  }

  setMode(mode: TtyMode): void {
    this.assertOpen("set its mode");
    if (!Object.hasOwn(modes, string(mode, "mode"))) {
      throw new RangeError(`mode must be normal, raw, io or rawVt, not ${mode}`);
    }
    if (mode === "rawVt" && !hasRawVt()) {
      throw new UvError(errorNumber("UV_ENOSYS"), "set rawVt mode of", this.subject());
    }
    const operation = `set ${mode} mode of`;
    if (mode !== "normal") this.check(this.#terminal.save(), operation, this.subject());
    const status = this.#set(mode);
    this.#mode = status < 0 ? this.#mode : mode;
    if (mode === "normal") this.#terminal.restore(); // libuv may have found another handle's mode
    if (this.#mode === "normal") this.#terminal.release();
    this.check(status, operation, this.subject());
  }

  windowSize(): WindowSize {
    this.assertOpen("tell its window's size");
    const { status, columns, rows } = readWindowSize(this.pointer);
    this.check(status, "read the window size of", this.subject());
    return { columns, rows };
  }

  override listen(): never {
    this.assertOpen("listen");
    throw new StateError("listen", "a terminal takes no connections");
  }

  subject(): string {
    return `terminal ${this.#fd}`;
  }

  /**
   * libuv follows a read that has filled its block by another one, which waits on a blocking
   * descriptor, and the loop with it. So a block must have room for more than the system keeps.
   */
  protected override assertReadable(): void {
    super.assertReadable();
    if (!this.#isBlocking || this.core.pool.blockBytes > TTY_BYTES) return;
    throw new StateError(
      "read",
      `a terminal like this needs blocks of more than ${TTY_BYTES} bytes`,
    );
  }

  protected newPeer(): never {
    throw new StateError("accept", "a terminal takes no connections");
  }

  protected override onClosing(): void {
    if (!this.#terminal.release() && this.#mode !== "normal") this.#set("normal");
    super.onClosing();
  }

  #set(mode: TtyMode): number {
    return ttyFunctions().uv_tty_set_mode(this.pointer, modes[mode]);
  }
}

import { uv_handle_type, uv_poll_event } from "../../ffi/libuv/constants.ts";
import { uv_pipe_t } from "../../ffi/libuv/layouts.ts";
import { ClosedError } from "../error/closed_error.ts";
import { StateError } from "../error/state_error.ts";
import { UvError } from "../error/uv_error.ts";
import type { Handle } from "../io/handle.ts";
import type { LoopCore } from "../loop/loop_core.ts";
import type { MachineEntry } from "../loop/machine_entry.ts";
import type { Pipe } from "../io/pipe.ts";
import type { Writable } from "../io/writable.ts";
import { bindAbstract, connectAbstract } from "./abstract_socket.ts";
import { adoptedFd, closeFd } from "./adopted_fd.ts";
import { string } from "./argument.ts";
import { isBaseHandle } from "./handle.ts";
import { acceptHandle, pendingHandles } from "./passed_handles.ts";
import { StreamHandle } from "./stream.ts";
import { WritableHandle } from "./writable_handle.ts";

/** `sun_path` holds 108 bytes, the closing or the leading NUL among them. */
const NAME_BYTES_MAX = 107;

const modes = {
  readable: uv_poll_event.UV_READABLE,
  writable: uv_poll_event.UV_WRITABLE,
  both: uv_poll_event.UV_READABLE | uv_poll_event.UV_WRITABLE,
} as const;

/** The kinds of handles that can be passed. */
const passable: ReadonlySet<string> = new Set(["tcp", "pipe", "udp"]);

/** A `uv_pipe_t`; see `Pipe`. */
export class PipeHandle extends StreamHandle implements Pipe {
  readonly kind = "pipe";
  readonly ipc: boolean;
  #subject = "pipe";
  /** Whether libuv has tried to connect: a second attempt could neither read nor write. */
  #hasTried = false;

  /**
   * Made by a scope, or by a listener for its stock (`uv_pipe_init`).
   *
   * @param ipc whether handles may be passed over it
   */
  constructor(core: LoopCore, owner: MachineEntry | undefined, ipc: boolean = false) {
    super(core, uv_handle_type.UV_NAMED_PIPE, owner);
    this.checkInit(core.native.uv.uv_pipe_init(core.native.pointer, this.pointer, ipc ? 1 : 0));
    this.ipc = ipc;
    this.mayPassHandles = ipc;
  }

  /** libuv has given it an end of a pipe; the system knows what that may do. */
  opened(owner: MachineEntry): void {
    this.adopted();
    this.moveTo(owner);
  }

  bind(name: string): void {
    this.assertNew("bind");
    const abstract = this.#setName(name);
    if (abstract !== undefined) return this.#open(bindAbstract(this.core.native, abstract), "bind");
    const { uv, socketAddress } = this.core.native;
    socketAddress.setName(name);
    this.check(uv.uv_pipe_bind(this.pointer, socketAddress.namePointer), "bind", name);
  }

  connect(name: string): void {
    this.assertNew("connect");
    const abstract = this.#setName(name);
    if (abstract !== undefined) return this.#connectAbstract(abstract);
    if (this.#hasTried) throw new StateError("connect", "the pipe has failed to connect before");
    this.#hasTried = true;
    const { uv, socketAddress, callbacks } = this.core.native;
    socketAddress.setName(name);
    this.startConnect(({ cell }) => {
      uv.uv_pipe_connect(
        cell.pointer,
        this.pointer,
        socketAddress.namePointer,
        callbacks.on_connect,
      );
      return 0;
    });
  }

  open(fd: number): void {
    this.assertNew("adopt a pipe");
    this.#open(adoptedFd(this.core, fd, uv_handle_type.UV_NAMED_PIPE), `adopt`, `fd ${fd}`);
  }

  override listen(backlog?: number): void {
    // libuv wants the mark on the connections that it accepts, and not on the listener.
    if (this.ipc && this.state === "open") this.cell.setStructInt(uv_pipe_t.ipc, 0);
    super.listen(backlog);
  }

  sendHandle(handle: Handle, data: Writable): void {
    this.assertOpen("pass a handle");
    if (!this.ipc) throw new StateError("pass a handle", "the pipe is not made for it: { ipc }");
    if (!isBaseHandle(handle) || !passable.has(handle.kind)) {
      throw new TypeError("sendHandle() takes a tcp, a pipe or a udp");
    }
    if (handle.core !== this.core) throw new TypeError("The handle is one of another loop");
    if (handle.state !== "open") throw new ClosedError(handle.kind, "pass it");
    if (this.core.native.fileno(handle.pointer) < 0) {
      throw new StateError("pass it", `the ${handle.kind} has no socket yet`);
    }
    if (!this.isConnected) this.refuse("pass a handle");
    if (handle instanceof WritableHandle) this.core.writer.flush(handle); // its peer may write next
    this.writeWith(data, handle);
  }

  chmod(mode: "readable" | "writable" | "both"): void {
    this.assertOpen("change its mode");
    if (!Object.hasOwn(modes, string(mode, "mode"))) {
      throw new RangeError(`mode must be readable, writable or both, not ${mode}`);
    }
    const status = this.core.native.uv.uv_pipe_chmod(this.pointer, modes[mode]);
    this.check(status, "change the mode of", this.#subject);
  }

  localName(): string {
    return this.#readName(this.core.native.uv.uv_pipe_getsockname, "read the local name of");
  }

  remoteName(): string {
    return this.#readName(this.core.native.uv.uv_pipe_getpeername, "read the remote name of");
  }

  subject(): string {
    return this.#subject;
  }

  /** Works on a descriptor of our own, which it takes over. @throws {UvError} a refusal */
  own(fd: number): void {
    this.#open(fd, "open");
  }

  protected newPeer(): StreamHandle {
    return new PipeHandle(this.core, undefined, this.ipc);
  }

  protected override takeHandles(): void {
    const { owner } = this;
    if (owner === undefined || pendingHandles(this) === 0) return;
    while (this.state === "open" && pendingHandles(this) > 0) this.#takeHandle(owner);
    if (this.state === "open" && !this.isReading) this.#quieten();
  }

  #takeHandle(owner: MachineEntry): void {
    const { event } = this.core;
    let received: Handle;
    try {
      received = acceptHandle(this, owner);
    } catch (error) {
      if (!(error instanceof UvError)) throw error;
      event.setFailure(error.errno, "accept a handle from", this.#subject);
      return this.deliver("handleFailed");
    }
    event.received = received;
    this.deliver("handle");
  }

  /** `uv_accept` has made libuv watch a pipe that is not read: it would look again and again. */
  #quieten(): void {
    const { uv, callbacks } = this.core.native;
    uv.uv_read_start(this.pointer, callbacks.on_alloc, callbacks.on_read);
    uv.uv_read_stop(this.pointer);
  }

  /** Checks a name. Returns the bytes after the NUL of an abstract one. */
  #setName(name: string): Uint8Array | undefined {
    const isAbstract = string(name, "name").startsWith("\0");
    const bytes = new TextEncoder().encode(isAbstract ? name.slice(1) : name);
    if (bytes.length === 0) throw new RangeError("name must not be empty");
    if (bytes.length > NAME_BYTES_MAX) {
      throw new RangeError(`name must be at most ${NAME_BYTES_MAX} bytes, not ${bytes.length}`);
    }
    if (!isAbstract && bytes.includes(0)) throw new RangeError("name must not contain a NUL");
    this.#subject = isAbstract ? `@${name.slice(1)}` : name;
    return isAbstract ? bytes : undefined;
  }

  /** Takes over a descriptor of our own, or says what error it stands for. */
  #open(fd: number, syscall: string, subject: string = this.#subject): void {
    this.check(fd, syscall, subject);
    const status = this.core.native.uv.uv_pipe_open(this.pointer, fd);
    if (status < 0) closeFd(fd);
    this.check(status, syscall, subject);
    this.adopted();
  }

  /** The result is known at once, and told in the next turn as libuv would. */
  #connectAbstract(name: Uint8Array): void {
    const fd = connectAbstract(this.core.native, name);
    if (fd >= 0) this.#open(fd, "connect to");
    this.core.later.push(() => {
      if (this.state !== "open") return;
      if (fd < 0) this.deliverFailure("connectFailed", fd, "connect to");
      else this.deliver("connected");
    });
  }

  #readName(
    read: (handle: never, name: never, length: never) => number,
    syscall: string,
  ): string {
    this.assertOpen("read its name");
    const { socketAddress } = this.core.native;
    socketAddress.setRoom();
    const status = (read as (...pointers: unknown[]) => number)(
      this.pointer,
      socketAddress.namePointer,
      socketAddress.lengthPointer,
    );
    this.check(status, syscall, this.#subject);
    return socketAddress.name();
  }
}

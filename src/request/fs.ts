import { uv_req_type } from "../../ffi/libuv/constants.ts";
import { cleanUp, type FsCall, fsResult } from "../../ffi/libuv/fs.ts";
import type { Directory } from "../io/directory.ts";
import type { File } from "../io/file.ts";
import type { FsOperation, FsRequest, FsResults } from "../io/fs_request.ts";
import type { FsCommand, Opener } from "../file/command.ts";
import { letGo } from "../handle/let_go.ts";
import type { MachineEntry } from "../loop/machine_entry.ts";
import { BaseRequest } from "./request.ts";

/** Who is told that a request has ended, before its machine is. */
export interface Witness {
  ended(): void;
}

/** What takes charge of what is opened, and lets go of what nobody wants any more. */
export interface DiscardingOpener extends Opener<File, Directory> {
  discard(value: unknown): void;
}

/** How a request is run. */
export interface FsRequestOptions {
  readonly opener: DiscardingOpener;
  readonly witness?: Witness | undefined;
  /** Whether it closes something: it cannot be cancelled then, and waits for `start`. */
  readonly isClosing?: boolean;
}

/** A `uv_fs_t` of a machine; see `FsRequest`. */
export class FsRequestHandle<K extends FsOperation> extends BaseRequest<FsResults[K]>
  implements FsRequest<K> {
  readonly kind = "fs";
  readonly operation: K;
  readonly path: string;
  protected readonly events = { done: "fs", failed: "fsFailed" } as const;
  readonly #command: FsCommand<K>;
  readonly #options: FsRequestOptions;
  readonly #call: FsCall;

  /** @throws {UvError} where libuv refuses: EAGAIN, ENOMEM */
  constructor(owner: MachineEntry, command: FsCommand<K>, options: FsRequestOptions) {
    super(owner.core, uv_req_type.UV_FS, owner);
    this.operation = command.operation;
    this.path = command.path;
    this.#command = command;
    this.#options = options;
    const { native } = owner.core;
    this.#call = {
      loop: native.pointer,
      request: this.cell.pointer,
      callback: native.callbacks.on_fs,
      region: this.cell.region,
      offset: this.cell.structOffset,
    };
    if (options.isClosing) (owner.requests ??= new Set()).add(this);
    else this.start();
  }

  /** Asks libuv. Called from outside only for what closes something. */
  start(): void {
    const status = this.#command.start(this.#call);
    if (status < 0) cleanUp(this.#call);
    this.started(status);
  }

  override cancel(): boolean {
    return this.#options.isClosing ? false : super.cancel();
  }

  override abandon(): void {
    super.abandon();
    if (!this.cancel()) this.#command.hurry?.();
  }

  override describe(): string {
    return `${this.operation} of ${this.path} (${this.state})`;
  }

  protected get syscall(): string {
    return this.operation;
  }

  protected get subject(): string {
    return this.path;
  }

  protected takeStatus(): number {
    const result = fsResult(this.#call);
    if (result < 0) this.#end();
    return result;
  }

  protected takeValue(): FsResults[K] {
    const { opener } = this.#options;
    try {
      return this.#command.read(this.#call, fsResult(this.#call), opener);
    } finally {
      this.#end();
    }
  }

  protected override discard(value: FsResults[K]): void {
    this.#options.opener.discard(value);
  }

  /** SAFETY: libuv has answered: it works on no memory of the command any more. */
  #end(): void {
    cleanUp(this.#call);
    this.#command.end?.((memory) => letGo(this.core, memory));
    this.#options.witness?.ended();
  }
}

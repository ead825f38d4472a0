import { ClosedError } from "../error/closed_error.ts";
import type { FsOperation, FsRequest } from "../io/fs_request.ts";
import { letGo } from "../handle/let_go.ts";
import type { MachineEntry } from "../loop/machine_entry.ts";
import { FsRequestHandle, type FsRequestOptions, type Witness } from "../request/fs.ts";
import type { FsCommand } from "./command.ts";
import { MachineOpener } from "./opener.ts";
import { closeNow } from "./synchronous.ts";

type CloseOperation = "close" | "closedir";

/**
 * From the opening of a file or directory to its close: who owns it, and what is under way.
 *
 * Its descriptor is closed only when nothing is under way any more: a thread of the pool may be
 * about to use it, and the number may be another's a moment after.
 */
export class Lifetime<K extends CloseOperation> implements Witness, Abandonable {
  readonly #what: "file" | "directory";
  readonly #closeCommand: () => FsCommand<K>;
  #owner: MachineEntry;
  #state: "open" | "closing" | "closed" = "open";
  #underWay = 0;
  #closing: FsRequestHandle<K> | undefined;

  /** @param closeCommand what closes it */
  constructor(
    owner: MachineEntry,
    what: "file" | "directory",
    closeCommand: () => FsCommand<K>,
  ) {
    this.#owner = owner;
    this.#what = what;
    this.#closeCommand = closeCommand;
    (owner.files ??= new Set()).add(this);
  }

  get state(): "open" | "closing" | "closed" {
    return this.#state;
  }

  /** The machine that it belongs to. */
  get owner(): MachineEntry {
    return this.#owner;
  }

  /** How many operations are under way. */
  get underWay(): number {
    return this.#underWay;
  }

  /** @throws {ClosedError} when it is closing or closed */
  assertOpen(operation: string): void {
    if (this.#state !== "open") throw new ClosedError(this.#what, operation);
    this.#owner.core.rouse?.();
  }

  /** Makes a request of the machine that it belongs to. */
  run<O extends FsOperation>(command: FsCommand<O>): FsRequest<O> {
    if (this.#state !== "open") { // the arguments have run code of the user's
      command.end?.((memory) => letGo(this.#owner.core, memory));
      throw new ClosedError(this.#what, command.operation);
    }
    this.begin();
    try {
      return makeRequest(this.#owner, command, { witness: this });
    } catch (error) {
      this.ended();
      throw error;
    }
  }

  /** Something is under way. */
  begin(): void {
    this.#underWay++;
  }

  /** It has ended. */
  ended(): void {
    if (--this.#underWay === 0 && this.#state === "closing") this.#close();
  }

  /** Closes it, when nothing is under way any more. */
  close(): FsRequest<K> {
    this.assertOpen("close it");
    const isClosing = true;
    const witness = { ended: () => this.#closed() };
    const request = makeRequest(this.#owner, this.#closeCommand(), { witness, isClosing });
    this.#closing = request;
    this.#state = "closing";
    if (this.#underWay === 0) this.#close();
    return request;
  }

  /** Its machine has ended: it is closed without an event. */
  abandon(): void {
    if (this.#state !== "open") return;
    this.#state = "closing";
    if (this.#underWay === 0) this.#close();
  }

  /** Gives it to another machine of the same loop. What is under way is still told to this one. */
  moveTo(owner: MachineEntry): void {
    if (owner.core !== this.#owner.core) {
      throw new TypeError(`The ${this.#what} is one of another loop`);
    }
    this.assertOpen("register it");
    this.#owner.files?.delete(this);
    this.#owner = owner;
    (owner.files ??= new Set()).add(this);
  }

  #close(): void {
    if (this.#closing !== undefined) return this.#closing.start();
    closeNow(this.#closeCommand());
    this.#closed();
  }

  #closed(): void {
    this.#state = "closed";
    this.#owner.files?.delete(this);
  }
}

/** What lets go of what it holds when its machine has ended. */
export interface Abandonable {
  abandon(): void;
}

/** The lifetime of a file or directory of a machine; undefined for anything else. */
export function lifetimeOf(value: unknown): Lifetime<CloseOperation> | undefined {
  const lifetime: unknown = (value as { lifetime?: unknown } | null | undefined)?.lifetime;
  return lifetime instanceof Lifetime ? lifetime : undefined;
}

/** Makes a request of a machine. */
export function makeRequest<K extends FsOperation>(
  owner: MachineEntry,
  command: FsCommand<K>,
  options: Pick<FsRequestOptions, "witness" | "isClosing"> = {},
): FsRequestHandle<K> {
  try {
    return new FsRequestHandle(owner, command, { opener: new MachineOpener(owner), ...options });
  } catch (error) {
    command.end?.((memory) => letGo(owner.core, memory));
    throw error;
  }
}

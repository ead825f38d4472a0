import type {
  FileOwner,
  FileReadOptions,
  FileTimes,
  OpenedFile,
  PositionOptions,
  Readable,
  SendfileOptions,
} from "../io/file.ts";
import type { FsOperation } from "../io/fs_request.ts";
import type { Stream } from "../io/stream.ts";
import type { Writable } from "../io/writable.ts";
import type { AnswerMode, Answers, FsCommand } from "./command.ts";
import { checkSend, fileCommands, type SendTarget } from "./file_commands.ts";
import type { MemoryRules } from "./file_memory.ts";

/** The methods of `File` but `close`, for either way to answer. */
export abstract class FileOperations<M extends AnswerMode> implements OpenedFile {
  readonly path: string;
  readonly #fd: number;

  /** @param fd which is the file's own from now on */
  constructor(fd: number, path: string) {
    this.#fd = fd;
    this.path = path;
  }

  get fd(): number {
    return this.state === "closed" ? -1 : this.#fd;
  }

  /** Whether a value is an open file, and no proxy of one; no code of the value's runs. */
  static isGenuine(value: unknown): value is FileOperations<AnswerMode> {
    return typeof value === "object" && value !== null && #fd in value;
  }

  abstract readonly state: OpenedFile["state"];

  /** What memory may be read into and written. */
  protected abstract readonly rules: MemoryRules;

  /** @throws {ClosedError} when it is closing or closed */
  protected abstract assertOpen(operation: string): void;

  /** Runs a command of this file, which is open. */
  protected abstract run<K extends FsOperation>(command: FsCommand<K>): Answers<K>[M];

  /** What is sent to, held open until that is over. */
  protected abstract targetOf(to: OpenedFile | Stream): SendTarget;

  read(
    into: Readable | readonly Readable[],
    options: FileReadOptions = {},
  ): Answers<"read">[M] {
    this.assertOpen("read from it");
    return this.run(fileCommands.read(this, into, options, this.rules));
  }

  write(
    data: Writable | readonly Writable[],
    options: PositionOptions = {},
  ): Answers<"write">[M] {
    this.assertOpen("write to it");
    return this.run(fileCommands.write(this, data, options, this.rules));
  }

  sendfile(to: OpenedFile | Stream, options: SendfileOptions = {}): Answers<"sendfile">[M] {
    this.assertOpen("send it");
    const part = checkSend(options);
    return this.run(fileCommands.sendfile(this, this.targetOf(to), part));
  }

  stat(): Answers<"fstat">[M] {
    this.assertOpen("ask for its status");
    return this.run(fileCommands.fstat(this));
  }

  sync(): Answers<"fsync">[M] {
    this.assertOpen("synchronize it");
    return this.run(fileCommands.fsync(this));
  }

  datasync(): Answers<"fdatasync">[M] {
    this.assertOpen("synchronize it");
    return this.run(fileCommands.fdatasync(this));
  }

  truncate(length: number = 0): Answers<"ftruncate">[M] {
    this.assertOpen("truncate it");
    return this.run(fileCommands.ftruncate(this, length));
  }

  chmod(mode: number): Answers<"fchmod">[M] {
    this.assertOpen("change its mode");
    return this.run(fileCommands.fchmod(this, mode));
  }

  chown(owner: FileOwner): Answers<"fchown">[M] {
    this.assertOpen("change its owner");
    return this.run(fileCommands.fchown(this, owner));
  }

  utime(times: FileTimes): Answers<"futime">[M] {
    this.assertOpen("change its times");
    return this.run(fileCommands.futime(this, times));
  }
}

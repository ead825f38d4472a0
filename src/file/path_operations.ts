import type { FileOwner, FileTimes } from "../io/file.ts";
import type { AccessOptions, CopyfileOptions, OpenOptions } from "../io/file_system.ts";
import type { AnswerMode, Answers, Runner } from "./command.ts";
import { pathCommands } from "./path_commands.ts";

/** The methods of `FileSystem`, for either way to answer. */
export class PathOperations<M extends AnswerMode> {
  readonly #run: Runner<M>;

  /** @param run what answers */
  constructor(run: Runner<M>) {
    this.#run = run;
  }

  open(path: string, options?: OpenOptions): Answers<"open">[M] {
    return this.#run(pathCommands.open(path, options));
  }

  mkstemp(template: string): Answers<"mkstemp">[M] {
    return this.#run(pathCommands.mkstemp(template));
  }

  mkdtemp(template: string): Answers<"mkdtemp">[M] {
    return this.#run(pathCommands.mkdtemp(template));
  }

  opendir(path: string): Answers<"opendir">[M] {
    return this.#run(pathCommands.opendir(path));
  }

  scandir(path: string): Answers<"scandir">[M] {
    return this.#run(pathCommands.scandir(path));
  }

  stat(path: string): Answers<"stat">[M] {
    return this.#run(pathCommands.stat(path));
  }

  lstat(path: string): Answers<"lstat">[M] {
    return this.#run(pathCommands.lstat(path));
  }

  statfs(path: string): Answers<"statfs">[M] {
    return this.#run(pathCommands.statfs(path));
  }

  readlink(path: string): Answers<"readlink">[M] {
    return this.#run(pathCommands.readlink(path));
  }

  realpath(path: string): Answers<"realpath">[M] {
    return this.#run(pathCommands.realpath(path));
  }

  access(path: string, options?: AccessOptions): Answers<"access">[M] {
    return this.#run(pathCommands.access(path, options));
  }

  mkdir(path: string, mode?: number): Answers<"mkdir">[M] {
    return this.#run(pathCommands.mkdir(path, mode));
  }

  rmdir(path: string): Answers<"rmdir">[M] {
    return this.#run(pathCommands.rmdir(path));
  }

  unlink(path: string): Answers<"unlink">[M] {
    return this.#run(pathCommands.unlink(path));
  }

  chmod(path: string, mode: number): Answers<"chmod">[M] {
    return this.#run(pathCommands.chmod(path, mode));
  }

  chown(path: string, owner: FileOwner): Answers<"chown">[M] {
    return this.#run(pathCommands.chown(path, owner));
  }

  lchown(path: string, owner: FileOwner): Answers<"lchown">[M] {
    return this.#run(pathCommands.lchown(path, owner));
  }

  utime(path: string, times: FileTimes): Answers<"utime">[M] {
    return this.#run(pathCommands.utime(path, times));
  }

  lutime(path: string, times: FileTimes): Answers<"lutime">[M] {
    return this.#run(pathCommands.lutime(path, times));
  }

  rename(path: string, newPath: string): Answers<"rename">[M] {
    return this.#run(pathCommands.rename(path, newPath));
  }

  link(path: string, newPath: string): Answers<"link">[M] {
    return this.#run(pathCommands.link(path, newPath));
  }

  symlink(target: string, path: string): Answers<"symlink">[M] {
    return this.#run(pathCommands.symlink(target, path));
  }

  copyfile(path: string, newPath: string, options?: CopyfileOptions): Answers<"copyfile">[M] {
    return this.#run(pathCommands.copyfile(path, newPath, options));
  }
}

import type { NativeDirectory } from "../../ffi/libuv/fs_directory.ts";
import type { MachineEntry } from "../loop/machine_entry.ts";
import type { Opener } from "./command.ts";
import { OpenDirectory } from "./open_directory.ts";
import { OpenFile } from "./open_file.ts";

/** Takes charge of what a machine opens. */
export class MachineOpener implements Opener<OpenFile, OpenDirectory> {
  readonly #owner: MachineEntry;

  /** @param owner the machine that asks */
  constructor(owner: MachineEntry) {
    this.#owner = owner;
  }

  file(fd: number, path: string): OpenFile {
    return new OpenFile(this.#owner, fd, path);
  }

  directory(native: NativeDirectory, path: string): OpenDirectory {
    return new OpenDirectory(this.#owner, native, path);
  }

  /** Closes what was opened, if anything was: the machine has ended, or wants it no more. */
  discard(value: unknown): void {
    if (value instanceof OpenFile || value instanceof OpenDirectory) value.lifetime.abandon();
    else if (typeof value === "object" && value !== null && "file" in value) {
      this.discard(value.file);
    }
  }
}

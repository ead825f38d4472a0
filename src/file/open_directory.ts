import type { NativeDirectory } from "../../ffi/libuv/fs_directory.ts";
import { StateError } from "../error/state_error.ts";
import type { Directory } from "../io/directory.ts";
import type { FsRequest } from "../io/fs_request.ts";
import type { MachineEntry } from "../loop/machine_entry.ts";
import { directoryCommands, ENTRIES } from "./directory_commands.ts";
import { Lifetime } from "./lifetime.ts";

/** A directory of a machine; see `Directory`. */
export class OpenDirectory implements Directory {
  readonly path: string;
  /** Who owns it, and what is under way. */
  readonly lifetime: Lifetime<"closedir">;
  readonly #native: NativeDirectory;

  /** @param owner the machine that has opened it */
  constructor(owner: MachineEntry, native: NativeDirectory, path: string) {
    this.path = path;
    this.#native = native;
    const close = () => directoryCommands.closedir(native, path);
    this.lifetime = new Lifetime(owner, "directory", close);
  }

  get state(): Directory["state"] {
    return this.lifetime.state;
  }

  read(entriesMax: number = ENTRIES): FsRequest<"readdir"> {
    this.lifetime.assertOpen("read from it");
    if (this.lifetime.underWay > 0) throw new StateError("read on", "another read is under way");
    return this.lifetime.run(directoryCommands.readdir(this.#native, this.path, entriesMax));
  }

  close(): FsRequest<"closedir"> {
    return this.lifetime.close();
  }
}

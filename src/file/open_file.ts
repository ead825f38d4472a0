import type { File, OpenedFile } from "../io/file.ts";
import type { FsOperation, FsRequest } from "../io/fs_request.ts";
import type { Stream } from "../io/stream.ts";
import type { MachineEntry } from "../loop/machine_entry.ts";
import type { FsCommand } from "./command.ts";
import { fileCommands, type SendTarget } from "./file_commands.ts";
import type { MemoryRules } from "./file_memory.ts";
import { FileOperations } from "./file_operations.ts";
import { Lifetime } from "./lifetime.ts";
import { streamTarget } from "./stream_target.ts";

/** A file of a machine; see `File`. */
export class OpenFile extends FileOperations<"request"> implements File {
  /** Who owns it, and what is under way. */
  readonly lifetime: Lifetime<"close">;
  protected readonly rules: MemoryRules;

  /** @param owner the machine that has opened it */
  constructor(owner: MachineEntry, fd: number, path: string) {
    super(fd, path);
    this.rules = { pool: owner.core.pool };
    this.lifetime = new Lifetime(owner, "file", () => fileCommands.close(this));
  }

  get state(): OpenedFile["state"] {
    return this.lifetime.state;
  }

  close(): FsRequest<"close"> {
    return this.lifetime.close();
  }

  protected assertOpen(operation: string): void {
    this.lifetime.assertOpen(operation);
  }

  protected run<K extends FsOperation>(command: FsCommand<K>): FsRequest<K> {
    return this.lifetime.run(command);
  }

  protected targetOf(to: OpenedFile | Stream): SendTarget {
    if (!FileOperations.isGenuine(to) || !(to instanceof OpenFile)) {
      return streamTarget(this.lifetime.owner.core, to);
    }
    to.assertOpen("send to it");
    to.lifetime.begin();
    return { fd: to.fd, path: to.path, end: () => to.lifetime.ended() };
  }
}

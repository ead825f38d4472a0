/** Operations on an open file, by libuv's names: how each is called, and what comes of it. */
import { fs, type FsCall } from "../../ffi/libuv/fs.ts";
import { statusOf } from "../../ffi/libuv/fs_results.ts";
import { integer, optionsObject } from "../handle/argument.ts";
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
import type { Writable } from "../io/writable.ts";
import type { Memory } from "../memory/memory.ts";
import { checkMode, checkOwner, checkPosition, checkTimes, LENGTH_MAX } from "./arguments.ts";
import { type FsCommand, readNothing, readNumber } from "./command.ts";
import { FileMemory, type MemoryRules } from "./file_memory.ts";

/** What is sent to, and what becomes of it when that is over. */
export interface SendTarget {
  readonly fd: number;
  readonly path: string;
  end?(): void;
  hurry?(): void;
}

/** An operation on a file that takes nothing else. */
function plain<K extends FsOperation>(
  operation: K,
  { fd, path }: OpenedFile,
  name: "uv_fs_close" | "uv_fs_fdatasync" | "uv_fs_fstat" | "uv_fs_fsync",
  read: FsCommand<K>["read"],
): FsCommand<K> {
  const start = ({ loop, request, callback }: FsCall): number =>
    fs()[name](loop, request, fd, callback);
  return { operation, path, start, read };
}

/** By libuv's names; see `File` for what they mean. */
export const fileCommands = {
  read(
    { fd, path }: OpenedFile,
    into: Readable | readonly Readable[],
    options: FileReadOptions,
    rules: MemoryRules,
  ): FsCommand<"read"> {
    const position = checkPosition(optionsObject(options).position);
    const { length } = options;
    if (length !== undefined) integer(length, "length", 0, LENGTH_MAX);
    const memory = FileMemory.toRead(into, length, rules);
    return {
      operation: "read",
      path,
      start: ({ loop, request, callback }) =>
        fs().uv_fs_read(loop, request, fd, memory.describe(), memory.count, position, callback),
      read: (_call, byteLength) => {
        memory.filled(byteLength);
        return byteLength;
      },
      end: (letGo: (memory: Memory) => void) => memory.letGo(letGo),
    };
  },

  write(
    { fd, path }: OpenedFile,
    data: Writable | readonly Writable[],
    options: PositionOptions,
    rules: MemoryRules,
  ): FsCommand<"write"> {
    const position = checkPosition(optionsObject(options).position);
    const memory = FileMemory.toWrite(data, rules);
    return {
      operation: "write",
      path,
      start: ({ loop, request, callback }) =>
        fs().uv_fs_write(loop, request, fd, memory.describe(), memory.count, position, callback),
      read: readNumber,
      end: (letGo: (memory: Memory) => void) => memory.letGo(letGo),
    };
  },

  sendfile(
    { fd, path }: OpenedFile,
    to: SendTarget,
    { position, length }: Required<SendfileOptions>,
  ): FsCommand<"sendfile"> {
    return {
      operation: "sendfile",
      path: `${path} to ${to.path}`,
      start: ({ loop, request, callback }) =>
        fs().uv_fs_sendfile(loop, request, to.fd, fd, position, length, callback),
      read: readNumber,
      end: () => to.end?.(),
      hurry: () => to.hurry?.(),
    };
  },

  fstat: (file: OpenedFile): FsCommand<"fstat"> => plain("fstat", file, "uv_fs_fstat", statusOf),

  fsync: (file: OpenedFile): FsCommand<"fsync"> => plain("fsync", file, "uv_fs_fsync", readNothing),

  fdatasync: (file: OpenedFile): FsCommand<"fdatasync"> =>
    plain("fdatasync", file, "uv_fs_fdatasync", readNothing),

  close: (file: OpenedFile): FsCommand<"close"> => plain("close", file, "uv_fs_close", readNothing),

  ftruncate({ fd, path }: OpenedFile, length: number): FsCommand<"ftruncate"> {
    const size = integer(length, "length", 0, Number.MAX_SAFE_INTEGER);
    return {
      operation: "ftruncate",
      path,
      start: ({ loop, request, callback }) =>
        fs().uv_fs_ftruncate(loop, request, fd, size, callback),
      read: readNothing,
    };
  },

  fchmod({ fd, path }: OpenedFile, mode: number): FsCommand<"fchmod"> {
    const bits = checkMode(mode);
    return {
      operation: "fchmod",
      path,
      start: ({ loop, request, callback }) => fs().uv_fs_fchmod(loop, request, fd, bits, callback),
      read: readNothing,
    };
  },

  fchown({ fd, path }: OpenedFile, owner: FileOwner): FsCommand<"fchown"> {
    const { uid, gid } = checkOwner(owner);
    return {
      operation: "fchown",
      path,
      start: ({ loop, request, callback }) =>
        fs().uv_fs_fchown(loop, request, fd, uid, gid, callback),
      read: readNothing,
    };
  },

  futime({ fd, path }: OpenedFile, times: FileTimes): FsCommand<"futime"> {
    const { accessed, modified } = checkTimes(times);
    return {
      operation: "futime",
      path,
      start: ({ loop, request, callback }) =>
        fs().uv_fs_futime(loop, request, fd, accessed, modified, callback),
      read: readNothing,
    };
  },
};

/** Checks what part of a file is sent. */
export function checkSend(options: SendfileOptions): Required<SendfileOptions> {
  const { position = 0, length = LENGTH_MAX } = optionsObject(options);
  return {
    position: integer(position, "position", 0, Number.MAX_SAFE_INTEGER),
    length: integer(length, "length", 0, LENGTH_MAX),
  };
}

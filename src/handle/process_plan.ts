import { uv_process_flags, uv_stdio_flags } from "../../ffi/libuv/constants.ts";
import type { NativeStdio } from "../../ffi/libuv/child_process.ts";
import { ClosedError } from "../error/closed_error.ts";
import { StateError } from "../error/state_error.ts";
import type { ProcessOptions, ProcessPipe, ProcessStdio } from "../io/process.ts";
import type { LoopCore } from "../loop/loop_core.ts";
import { FD_MAX } from "./adopted_fd.ts";
import { boolean, cText, integer, optionsObject, string } from "./argument.ts";
import type { ChildOptions } from "./child.ts";
import { isBaseHandle } from "./handle.ts";
import { PipeHandle } from "./pipe.ts";
import { WritableHandle } from "./writable_handle.ts";

/** What a child is started with, checked. */
export interface ProcessPlan {
  /** Streams of ours that the child gets: it makes the first three block, for us too. */
  readonly shared: readonly WritableHandle[];
  /** Makes the pipe of each descriptor that is to have one. */
  readonly pipes: readonly ((() => PipeHandle) | undefined)[];
  /** The options, with the pipes that were made. */
  options(pipes: readonly (PipeHandle | undefined)[]): ChildOptions;
}

const STDIO_MAX = 1024;
/** The largest is -1, which libuv and the system take for "as it is". */
const ID_MAX = 2 ** 32 - 2;

const { UV_IGNORE, UV_CREATE_PIPE, UV_INHERIT_FD, UV_INHERIT_STREAM } = uv_stdio_flags;

/** libuv names the directions from the child's point of view. */
const directions = {
  toChild: uv_stdio_flags.UV_READABLE_PIPE,
  fromChild: uv_stdio_flags.UV_WRITABLE_PIPE,
  both: uv_stdio_flags.UV_READABLE_PIPE | uv_stdio_flags.UV_WRITABLE_PIPE,
} as const;

/** Checks how a child is to be started, before anything is made for it. */
export function processPlan(core: LoopCore, options: ProcessOptions): ProcessPlan {
  const { file, argv0 = file, args = [], env, cwd, uid, gid, stdio = [] } = optionsObject(options);
  name(file, "file");
  if (!Array.isArray(args)) throw new TypeError("args must be an array");
  const checked = {
    file,
    args: [cText(argv0, "argv0"), ...Array.from(args, (arg, i) => cText(arg, `args[${i}]`))],
    env: env === undefined ? undefined : environment(env),
    cwd: cwd === undefined ? undefined : name(cwd, "cwd"),
    flags: flagsOf(options),
    uid: uid === undefined ? 0 : integer(uid, "uid", 0, ID_MAX),
    gid: gid === undefined ? 0 : integer(gid, "gid", 0, ID_MAX),
  };
  if (!Array.isArray(stdio)) throw new TypeError("stdio must be an array");
  if (stdio.length > STDIO_MAX) {
    throw new RangeError(`stdio must have at most ${STDIO_MAX} entries`);
  }
  const makers = Array.from(stdio, (entry, i) => descriptor(core, entry, i));
  return {
    shared: makers.flatMap(({ shared }) => shared ?? []),
    pipes: makers.map(({ pipe }) => pipe),
    options: (pipes) => ({
      ...checked,
      stdio: makers.map(({ flags, data }, i) => ({
        flags,
        data: pipes[i] === undefined ? data : pipes[i].cell.address,
      })),
    }),
  };
}

interface Descriptor extends NativeStdio {
  readonly pipe: (() => PipeHandle) | undefined;
  readonly shared?: WritableHandle;
}

function descriptor(core: LoopCore, entry: ProcessStdio, fd: number): Descriptor {
  const what = `stdio[${fd}]`;
  if (entry === "ignore") return { flags: UV_IGNORE, data: 0, pipe: undefined };
  if (entry === "inherit") return { flags: UV_INHERIT_FD, data: fd, pipe: undefined };
  if (typeof entry === "number") {
    return { flags: UV_INHERIT_FD, data: integer(entry, what, 0, FD_MAX), pipe: undefined };
  }
  if (isBaseHandle(entry)) return inheritedStream(core, entry, what);
  if (isObject(entry) && "pipe" in entry) return newPipe(core, entry, what);
  const kinds = '"ignore", "inherit", a descriptor, a stream of this loop or { pipe }';
  if (typeof entry === "string") throw new RangeError(`${what} must be ${kinds}, not ${entry}`);
  throw new TypeError(`${what} must be ${kinds}`);
}

function inheritedStream(core: LoopCore, entry: object, what: string): Descriptor {
  if (!(entry instanceof WritableHandle)) throw new TypeError(`${what} must be a stream`);
  if (entry.core !== core) throw new TypeError(`${what} must be a stream of this loop`);
  if (entry.state !== "open") throw new ClosedError(entry.kind, "pass it to a child");
  if (core.native.fileno(entry.pointer) < 0) {
    throw new StateError("pass it to a child", `the ${entry.kind} has no socket yet`);
  }
  const data = entry.cell.address;
  return { flags: UV_INHERIT_STREAM, data, pipe: undefined, shared: entry };
}

function newPipe(core: LoopCore, entry: ProcessPipe, what: string): Descriptor {
  const { pipe, ipc = false, overlapped = false } = entry;
  if (!Object.hasOwn(directions, string(pipe, `${what}.pipe`))) {
    throw new RangeError(`${what}.pipe must be toChild, fromChild or both, not ${pipe}`);
  }
  boolean(ipc, `${what}.ipc`);
  if (ipc && pipe !== "both") throw new RangeError(`${what}.pipe must be both for ipc`);
  const overlap = boolean(overlapped, `${what}.overlapped`) ? uv_stdio_flags.UV_OVERLAPPED_PIPE : 0;
  const flags = UV_CREATE_PIPE | directions[pipe] | overlap;
  return { flags, data: 0, pipe: () => new PipeHandle(core, undefined, ipc) };
}

function flagsOf(options: ProcessOptions): number {
  const { uid, gid, detached = false } = options;
  const { windowsVerbatimArguments = false, windowsHide = false } = options;
  const chosen = [
    [uid !== undefined, uv_process_flags.UV_PROCESS_SETUID],
    [gid !== undefined, uv_process_flags.UV_PROCESS_SETGID],
    [boolean(detached, "detached"), uv_process_flags.UV_PROCESS_DETACHED],
    [
      boolean(windowsVerbatimArguments, "windowsVerbatimArguments"),
      uv_process_flags.UV_PROCESS_WINDOWS_VERBATIM_ARGUMENTS,
    ],
    [boolean(windowsHide, "windowsHide"), uv_process_flags.UV_PROCESS_WINDOWS_HIDE],
  ] as const;
  return chosen.reduce((flags, [isChosen, flag]) => isChosen ? flags | flag : flags, 0);
}

function environment(env: Readonly<Record<string, string>>): string[] {
  if (!isObject(env)) throw new TypeError("env must be an object");
  return Object.entries(env).map(([key, value]) => {
    if (name(key, "A name in env").includes("=")) {
      throw new RangeError(`A name in env must not contain =, as ${key} does`);
    }
    return `${key}=${cText(value, `env.${key}`)}`;
  });
}

/** Text that is not empty. */
function name(value: unknown, what: string): string {
  const text = cText(value, what);
  if (text === "") throw new RangeError(`${what} must not be empty`);
  return text;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

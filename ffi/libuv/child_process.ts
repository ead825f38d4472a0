/**
 * `uv_spawn` with the structs that it takes, and what libuv leaves out: Linux's descriptors of
 * processes, and looking whether a child has ended.
 */
import { Region } from "../memory/region.ts";
import { bindSystem, lastError } from "../memory/system.ts";
import type { Pointer } from "../runtime/contract.ts";
import { runtime } from "../runtime/current.ts";
import { family } from "./family.ts";
import { uv_process_options_t, uv_stdio_container_t } from "./layouts.ts";

/** A child's standard input, output, error, or one beyond. */
export interface NativeStdio {
  /** Of `uv_stdio_flags`. */
  readonly flags: number;
  /** A descriptor, or the address of a stream's handle: what the flags say. */
  readonly data: number;
}

/** What `uv_spawn` is given. */
export interface NativeSpawn {
  readonly loop: Pointer;
  /** The `uv_process_t`. */
  readonly handle: Pointer;
  readonly callback: Pointer;
  readonly file: string;
  /** The program's name, then its arguments. */
  readonly args: readonly string[];
  /** `NAME=value` each; undefined for those of this process. */
  readonly env: readonly string[] | undefined;
  readonly cwd: string | undefined;
  /** Of `uv_process_flags`. */
  readonly flags: number;
  readonly uid: number;
  readonly gid: number;
  readonly stdio: readonly NativeStdio[];
}

/** How a child ended. */
export interface ChildExit {
  readonly exitStatus: number;
  /** 0 unless a signal has ended it. */
  readonly termSignal: number;
}

const POINTER_BYTES = 8;
const functions = family(["uv_spawn", "uv_process_get_pid", "uv_process_kill"]);

/** Starts a child (`uv_spawn`). Returns 0, or an error; the handle has to be closed then too. */
export function spawnChild(options: NativeSpawn): number {
  const { args, env, cwd, stdio } = options;
  const texts = [options.file, ...args, ...(env ?? []), ...(cwd === undefined ? [] : [cwd])];
  const bytes = texts.map((text) => new TextEncoder().encode(text));
  const stdioAt = uv_process_options_t.size;
  const argsAt = stdioAt + stdio.length * uv_stdio_container_t.size;
  const envAt = argsAt + (args.length + 1) * POINTER_BYTES;
  const textAt = envAt + ((env?.length ?? 0) + 1) * POINTER_BYTES;
  const memory = new Region(bytes.reduce((sum, { length }) => sum + length + 1, textAt));
  let at = textAt;
  const [file, ...others] = bytes.map((text) => {
    memory.u8.set(text, at); // a new region is zeroed: the NUL is there
    const address = memory.address + at;
    at += text.length + 1;
    return address;
  });
  others.slice(0, args.length).forEach((word, i) => memory.setWord(argsAt + i * 8, word));
  others.slice(args.length, args.length + (env?.length ?? 0))
    .forEach((word, i) => memory.setWord(envAt + i * 8, word));
  stdio.forEach(({ flags, data }, i) => {
    const container = stdioAt + i * uv_stdio_container_t.size;
    memory.i32[(container + uv_stdio_container_t.flags) >>> 2] = flags;
    memory.setWord(container + uv_stdio_container_t.data, data);
  });
  const { address } = memory;
  const layout = uv_process_options_t;
  memory.setWord(layout.exit_cb, runtime().address(options.callback));
  memory.setWord(layout.file, file as number);
  memory.setWord(layout.args, address + argsAt);
  memory.setWord(layout.env, env === undefined ? 0 : address + envAt);
  memory.setWord(layout.cwd, cwd === undefined ? 0 : others.at(-1) as number);
  memory.u32[layout.flags >>> 2] = options.flags;
  memory.i32[layout.stdio_count >>> 2] = stdio.length;
  memory.setWord(layout.stdio, address + stdioAt);
  memory.u32[layout.uid >>> 2] = options.uid;
  memory.u32[layout.gid >>> 2] = options.gid;
  // SAFETY: libuv returns when the child has its program, and keeps nothing of this memory.
  const status = functions().uv_spawn(options.loop, options.handle, memory.pointer);
  memory.free();
  return status;
}

/** The process id of a child (`uv_process_get_pid`). */
export function childPid(handle: Pointer): number {
  return functions().uv_process_get_pid(handle);
}

/** Sends a child a signal (`uv_process_kill`). SAFETY: nobody may have waited for it yet. */
export function killChild(handle: Pointer, signum: number): number {
  return functions().uv_process_kill(handle, signum);
}

/** The numbers of system calls that are the same on every architecture of Linux. */
const PIDFD_SEND_SIGNAL = 424;
const PIDFD_OPEN = 434;
const WNOHANG = 1;

let libc: ReturnType<typeof bindLibc> | undefined;

function bindLibc() {
  return bindSystem({
    /** `long syscall(long number, ...)` */
    syscall: { parameters: ["i64", "i64", "i64", "i64", "i64"], result: "i64" },
    /** `pid_t waitpid(pid_t pid, int* wstatus, int options)` */
    waitpid: { parameters: ["i32", "pointer", "i32"], result: "i32" },
  });
}

function system(): ReturnType<typeof bindLibc> {
  return libc ??= bindLibc();
}

/**
 * A descriptor that becomes readable when a child ends (`pidfd_open(2)`), whatever happens to
 * SIGCHLD; -1 where there is none to be had.
 */
export function openPidfd(pid: number): number {
  if (runtime().os !== "linux") return -1;
  return Number(system().syscall(PIDFD_OPEN, pid, 0, 0, 0));
}

/** Sends a signal to the very process of a descriptor (`pidfd_send_signal(2)`): 0 or an error. */
export function signalPidfd(pidfd: number, signum: number): number {
  const result = Number(system().syscall(PIDFD_SEND_SIGNAL, pidfd, signum, 0, 0));
  return result < 0 ? lastError() : 0;
}

/**
 * Collects a child that has ended, without waiting for it (`waitpid(2)`).
 *
 * @returns how it ended; `running` while it has not, `gone` when somebody else has collected it
 */
export function reapChild(pid: number): ChildExit | "running" | "gone" {
  const memory = new Region(POINTER_BYTES);
  const result = system().waitpid(pid, memory.pointer, WNOHANG);
  const status = memory.i32[0] as number;
  memory.free();
  if (result === 0) return "running";
  if (result < 0) return "gone";
  return { exitStatus: (status >>> 8) & 0xff, termSignal: status & 0x7f };
}

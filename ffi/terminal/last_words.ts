import { openLibrary } from "../libuv/library.ts";
import {
  setSignalAction,
  SIG_DFL,
  SIG_IGN,
  type SignalAction,
  signalAction,
} from "../libuv/signal_action.ts";
import { Region } from "../memory/region.ts";
import { bindSystem, makeExecutable } from "../memory/system.ts";
import { runtime } from "../runtime/current.ts";
import { restoreCode } from "./restore_code.ts";

/** `REACH` of `restore.c`: so far behind its code the table lies. A page is no larger anywhere. */
const REACH = 0x10000;

/** SIGHUP, SIGINT, SIGQUIT, SIGTERM: what people and systems end processes with. */
const signals = [1, 2, 3, 15];

/** `struct sigaction` of glibc and musl, on x64 and arm64. */
const layout = { size: 152, sa_handler: 0, sa_mask: 8, sa_mask_bytes: 128, sa_flags: 136 } as const;
const SA_RESETHAND = 0x80000000;

/** `struct table` of `restore.c`. */
const table = { before: 4096 } as const;

/** A handler that is no further from a function of libuv is libuv's. */
const LIBUV_BYTES = 0x100000;

/** Whether somebody waits for a signal, as far as the runtime knows. */
export type IsHandled = (signal: number) => boolean;

/** Native code that writes terminals back when the process dies. */
export interface LastWords {
  /** Holds the table of terminals. */
  readonly memory: Region;
  /** Where the table begins in it, in bytes. No terminal is entered yet. */
  readonly tableAt: number;
  /** Watches the signals that would kill: those that nobody handles or ignores. */
  arm(): void;
  /** Leaves them as they were, but for those that somebody else has set since. */
  disarm(): void;
}

/**
 * Installs the code, for good: `exit(3)` calls it. Undefined where there is none for this machine,
 * where the system forbids executable memory, and where `ROTOR_UV_CALLBACKS=runtime` does.
 */
export function installLastWords(isHandled: IsHandled): LastWords | undefined {
  const code = restoreCode[runtime().arch];
  if (code === undefined || runtime().os !== "linux") return undefined;
  if (runtime().environment("ROTOR_UV_CALLBACKS") === "runtime") return undefined;
  const memory = new Region(3 * REACH); // a multiple of REACH lies in the first third
  const codeAt = REACH - memory.address % REACH;
  const tableAt = codeAt + REACH;
  memory.u8.set(Uint8Array.from(atob(code.base64), (text) => text.charCodeAt(0)), codeAt);
  const beforeAt = tableAt + table.before;
  memory.u8.fill(0xff, tableAt, beforeAt); // -1: no terminal
  if (!makeExecutable(memory.pointerTo(codeAt), REACH)) {
    memory.free();
    return undefined;
  }
  const { __cxa_atexit } = bindSystem({
    /** `int __cxa_atexit(void (*func)(void*), void* arg, void* dso_handle)`: what `atexit` calls */
    __cxa_atexit: { parameters: ["pointer", "pointer", "pointer"], result: "i32" },
  });
  // SAFETY: the memory stays until the process has ended.
  __cxa_atexit(memory.pointerTo(codeAt + code.entries.on_terminal_exit), null, null);
  const handler = memory.address + codeAt + code.entries.on_terminal_signal;
  const actions = new SignalActions(memory, beforeAt, handler, isHandled);
  return { memory, tableAt, arm: () => actions.set(), disarm: () => actions.reset() };
}

/** What the process does at the signals that would kill it. */
class SignalActions {
  readonly #memory: Region;
  readonly #beforeAt: number;
  readonly #handler: number;
  /** What was set before, by signal. */
  readonly #before = new Map<number, SignalAction>();
  readonly #isHandled: IsHandled;

  constructor(memory: Region, beforeAt: number, handler: number, isHandled: IsHandled) {
    this.#memory = memory;
    this.#beforeAt = beforeAt;
    this.#handler = handler;
    this.#isHandled = isHandled;
  }

  set(): void {
    for (const signal of signals) {
      const action = signalAction(signal);
      if (!this.#isDeadly(signal, action.handler)) continue;
      this.#before.set(signal, action);
      this.#memory.setWord(this.#beforeAt + signal * 8, action.handler);
      setSignalAction(signal, ownAction(this.#handler));
    }
  }

  reset(): void {
    for (const [signal, action] of this.#before) {
      if (signalAction(signal).handler === this.#handler) setSignalAction(signal, action);
    }
    this.#before.clear();
  }

  /** Whether a signal is left to the system, or to the runtime that has nobody to tell. */
  #isDeadly(signal: number, handler: number): boolean {
    if (handler === SIG_DFL) return true;
    if (handler === SIG_IGN || handler === this.#handler) return false;
    const distance = Math.abs(handler - openLibrary().address("uv_signal_start"));
    return distance > LIBUV_BYTES && !this.#isHandled(signal);
  }
}

function ownAction(handler: number): SignalAction {
  const bytes = new Uint8Array(layout.size);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(layout.sa_handler, BigInt(handler), true);
  bytes.fill(0xff, layout.sa_mask, layout.sa_mask + layout.sa_mask_bytes); // nothing comes between
  view.setUint32(layout.sa_flags, SA_RESETHAND, true);
  return { handler, bytes };
}

import { Region } from "../memory/region.ts";
import { bindSystem } from "../memory/system.ts";

/** What a process does at a signal: libc's `struct sigaction`, copied. */
export interface SignalAction {
  /** The address of the handler; see `SIG_DFL` and `SIG_IGN`. */
  readonly handler: number;
  /** The struct; only the system reads it. */
  readonly bytes: Uint8Array;
}

/** The system's default. */
export const SIG_DFL = 0;
/** Nothing. */
export const SIG_IGN = 1;

/** More than the struct takes in any libc. */
const ACTION_BYTES = 256;

let sigaction: ReturnType<typeof bindSigaction> | undefined;

function bindSigaction() {
  return bindSystem({
    /** `int sigaction(int signum, const struct sigaction* act, struct sigaction* oldact)` */
    sigaction: { parameters: ["i32", "pointer", "pointer"], result: "i32" },
  }).sigaction;
}

/** What this process does at a signal now. */
export function signalAction(signum: number): SignalAction {
  const memory = new Region(ACTION_BYTES);
  (sigaction ??= bindSigaction())(signum, null, memory.pointer);
  const action = { handler: memory.word(0), bytes: memory.u8.slice(0, ACTION_BYTES) };
  memory.free();
  return action;
}

/** Makes this process do at a signal what it did when the action was read. */
export function setSignalAction(signum: number, action: SignalAction): void {
  const memory = new Region(ACTION_BYTES);
  memory.u8.set(action.bytes);
  (sigaction ??= bindSigaction())(signum, memory.pointer, null);
  memory.free();
}

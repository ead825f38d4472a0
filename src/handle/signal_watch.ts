import {
  setSignalAction,
  SIG_DFL,
  SIG_IGN,
  type SignalAction,
  signalAction,
} from "../../ffi/libuv/signal_action.ts";

/*
 * What a process does at a signal belongs to the process, and three parties set it: the runtime
 * (`process.on("SIGINT")`, SIGPIPE ignored), libuv when its first watcher starts, and libuv again
 * when its last one stops: it then sets the default, whatever was there before. A runtime whose
 * listener is forgotten dies of the next Ctrl-C, and one that no longer ignores SIGPIPE of the next
 * broken connection. So what was there before is put back.
 *
 * It is noted per thread: where several threads watch one signal, the thread that has started first
 * has to stop last for the runtime to get its signal back. SIGPIPE is always ignored again.
 */

const SIGPIPE = 13;

/** What libuv does at a signal, as far as this thread has seen it: the same for each. */
let ofLibuv: SignalAction | undefined;

/** What the process did before libuv did, by signal. */
const before = new Map<number, SignalAction>();

/**
 * Runs what makes libuv watch a signal. Should libuv think that it does so already while somebody
 * has taken the signal from it, it is given back: who asks last hears it.
 *
 * @param register returns libuv's status
 */
export function watching(signum: number, register: () => number): number {
  const first = signalAction(signum);
  const status = register();
  const now = signalAction(signum);
  if (now.handler !== first.handler) {
    ofLibuv = now;
    before.set(signum, first);
  } else if (status >= 0) takeBack(signum, first);
  return status;
}

/** Runs what makes libuv stop watching a signal, unless others watch it. */
export function unwatching(signum: number, unregister: () => void): void {
  const last = signalAction(signum);
  unregister();
  if (signalAction(signum).handler !== SIG_DFL) return;
  const isForeign = last.handler !== SIG_DFL && ofLibuv !== undefined &&
    last.handler !== ofLibuv.handler;
  const wanted = isForeign ? last : before.get(signum);
  before.delete(signum);
  // The default is there: to set it would take the signal from a thread that watches it just now.
  if (wanted !== undefined && wanted.handler !== SIG_DFL) setSignalAction(signum, wanted);
  else if (signum === SIGPIPE) ignore(signum, last);
}

/**
 * Leaves a signal to the listener that the runtime had before libuv took it. For SIGCHLD, which
 * libuv takes at each child, though we can do without.
 */
export function leaveToRuntime(signum: number): void {
  const wanted = before.get(signum);
  if (wanted === undefined || wanted.handler === SIG_DFL || wanted.handler === SIG_IGN) return;
  setSignalAction(signum, wanted);
}

function takeBack(signum: number, found: SignalAction): void {
  // Nothing has changed, so libuv had registered before: in another thread, if we know nothing.
  if (ofLibuv === undefined) {
    if (found.handler !== SIG_DFL && found.handler !== SIG_IGN) ofLibuv = found;
    return;
  }
  if (found.handler === ofLibuv.handler) return;
  before.set(signum, found);
  setSignalAction(signum, ofLibuv);
}

function ignore(signum: number, like: SignalAction): void {
  const bytes = like.bytes.slice();
  bytes.fill(0, 0, 8);
  bytes[0] = SIG_IGN;
  setSignalAction(signum, { handler: SIG_IGN, bytes });
}

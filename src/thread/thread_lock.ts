/**
 * What lets Deno end a thread that computes. Its `terminate()` waits until the thread returns to
 * its event loop, which a handler that does not return never does. But of a thread that holds a
 * Web Lock it stops the JavaScript at once, so that the lock's next holder does not run beside it:
 * since 2.9, see `impl Drop for WorkerThread` in runtime/ops/worker_host.rs there. So a loop thread
 * holds one while its loop runs. Bun has no Web Locks and needs none.
 *
 * If it is stopped while Deno loads a part of itself, the process aborts. A handler that has been
 * away for long is not at that, a thread that is well may be. So only a stop's force may stop one:
 * Deno ends all threads in the same way when it exits, and is deprived of their locks before.
 */
import process from "node:process";

/** What is used of a `LockManager`, which the types of Bun do not know. */
interface Locks {
  request(
    name: string,
    options: { readonly steal?: boolean },
    task: () => Promise<void> | undefined,
  ): Promise<unknown>;
}

const locks = (navigator as { readonly locks?: Locks }).locks;

/** The locks of the threads that this one owns. */
const owned = new Set<string>();

/**
 * Takes a lock for this thread, which stays alive until it lets go.
 *
 * @returns lets go; takes no effect after the owner has taken the lock away
 */
export function holdThreadLock(name: string): () => void {
  const { promise, resolve } = Promise.withResolvers<void>();
  locks?.request(name, {}, () => promise).catch(() => {}); // it was taken away
  return resolve;
}

/** A name for the lock of a new thread. */
export function threadLockName(): string {
  return `rotor-uv loop thread ${crypto.randomUUID()}`;
}

/**
 * The thread that holds a lock is one of this thread's.
 *
 * @returns to be called when it is gone
 */
export function ownThreadLock(name: string): () => void {
  if (locks === undefined) return () => {};
  if (owned.size === 0) watch("on");
  owned.add(name);
  return () => {
    if (owned.delete(name) && owned.size === 0) watch("off");
  };
}

function watch(change: "on" | "off"): void {
  process[change]("exit", takeAll);
  process[change]("uncaughtExceptionMonitor", uncaught);
}

/** Deno exits without telling of it when nobody catches an error. */
function uncaught(): void {
  if (process.listenerCount("uncaughtException") === 0) takeAll();
}

function takeAll(): void {
  for (const name of owned) void locks?.request(name, { steal: true }, () => undefined);
}

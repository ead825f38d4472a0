import { done, Loop, ok } from "../../src/mod.ts";
import { waiterWords } from "../../src/loop/waiter_words.ts";
import { moduleWorker } from "../../src/thread/module_worker.ts";
import { openFds } from "../harness.ts";

const waiterThread = new URL("../../src/loop/waiter_thread.ts", import.meta.url);

/** Makes libuv and the runtime open what they keep open: for threads, children, files. */
export async function warmUp(): Promise<void> {
  const loop = Loop.create().instantiate(undefined);
  loop.addMachine((scope) => {
    scope.process({ file: "true" });
    scope.fs.stat("/");
    let left = 2;
    return ok({ ready: () => --left === 0 ? done() : ok() });
  });
  await loop.pump();
  loop.close();
  await runThread();
  openFds();
}

/** A pump's thread that comes up, and ends: a short pump does not wait for that. */
async function runThread(): Promise<void> {
  const words = new Int32Array(new SharedArrayBuffer(waiterWords.length * 4));
  words[waiterWords.go] = 1;
  words[waiterWords.stop] = 1;
  const worker = moduleWorker(waiterThread, { workerData: { words: words.buffer, fd: -1 } });
  await new Promise<void>((resolve) => worker.on("exit", () => resolve()));
}

import { bind } from "../bind.ts";
import { callLoop } from "../call_loop.ts";
import type { Case, CaseList } from "../case.ts";
import type { Callback, CallbackMaker, Port, Signature } from "../port.ts";

const METRIC = "void (i32) callback";
const SIGNATURE: Signature = { parameters: ["i32"], result: "void" };
/** Callbacks of one native call: what starting a thread for it costs is shared among them. */
const EACH = 100;

const NONE: CaseList = { cases: [], notes: [] };

/** A callback whose calls can be waited for. */
class Awaited {
  readonly callback: Callback;
  #missing = 0;
  #resolve: () => void = () => {};

  constructor(make: CallbackMaker) {
    this.callback = make(SIGNATURE, () => {
      if (--this.#missing === 0) this.#resolve();
    });
  }

  /** Resolves when so many calls have come, which `start` causes. */
  after(calls: number, start: () => unknown): Promise<void> {
    this.#missing = calls;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#resolve = resolve;
    start();
    return promise;
  }
}

function waitingCase(name: string, make: CallbackMaker, start: (it: Callback) => unknown): Case {
  const awaited = new Awaited(make);
  const begin = () => start(awaited.callback);
  return {
    name,
    metric: METRIC,
    eventsEach: EACH,
    isAsync: true,
    run: async (times) => {
      for (let i = 0; i < times; i++) await awaited.after(EACH, begin);
    },
  };
}

/** Callbacks called by the thread that made them. */
export function sameThreadCases(port: Port, path: string): CaseList {
  const call = bind(port, path, "lab_call_i32", ["pointer", "u32"], "void");
  let sum = 0;
  const add = (value: number): void => {
    sum += value;
  };
  const directCase = (name: string, make: CallbackMaker): Case => {
    const { pointer } = make(SIGNATURE, add);
    return { name, metric: METRIC, eventsEach: EACH, run: callLoop(call, [pointer, EACH]) };
  };
  const plain = directCase("plain, same thread", port.callback);
  const { threadSafeCallback } = port;
  if (threadSafeCallback === undefined) {
    return { cases: [plain], notes: [`${port.name} has no thread-safe callbacks`] };
  }
  const name = "thread-safe, same thread";
  const safe = port.postsCallbacks
    ? waitingCase(name, threadSafeCallback, ({ pointer }) => call(pointer, EACH))
    : directCase(name, threadSafeCallback);
  return { cases: [plain, safe], notes: [] };
}

/** Callbacks called by a thread that C has started. */
export function otherThreadCases(port: Port, path: string): CaseList {
  const { threadSafeCallback } = port;
  if (threadSafeCallback === undefined) return NONE;
  const startThread = bind(port, path, "lab_start_thread", ["pointer", "u32"], "i32");
  const start = ({ pointer }: Callback): void => {
    const error = startThread(pointer, EACH);
    if (error !== 0) throw new Error(`No thread was started: error ${error}`);
  };
  return {
    cases: [waitingCase("thread-safe, another thread", threadSafeCallback, start)],
    notes: [],
  };
}

/** Callbacks called by a nonblocking call of the runtime. */
export function nonblockingCases(port: Port, path: string): CaseList {
  const { openNonblocking, threadSafeCallback } = port;
  if (openNonblocking === undefined || threadSafeCallback === undefined) {
    return { cases: [], notes: [`${port.name} has no nonblocking calls`] };
  }
  const signature: Signature = { parameters: ["pointer", "u32"], result: "void" };
  const call = openNonblocking(path, { lab_call_i32: signature }).lab_call_i32;
  let count = 0;
  const { pointer } = threadSafeCallback(SIGNATURE, () => {
    count++;
  });
  return {
    cases: [{
      name: "from a nonblocking call",
      metric: METRIC,
      eventsEach: EACH,
      isAsync: true,
      run: async (times) => {
        for (let i = 0; i < times; i++) await call(pointer, EACH);
      },
    }],
    notes: [],
  };
}

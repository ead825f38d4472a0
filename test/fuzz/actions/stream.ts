import { action, type MethodPlans, methods } from "../action.ts";
import { boolean, maybe, offset, writable } from "../legal.ts";

/** What every stream can do; under a lower weight than what only one kind can. */
const plans: MethodPlans = {
  listen: { weight: 6, with: (w) => maybe(w, () => w.random.between(1, 16)) },
  acceptStop: { weight: 1 },
  acceptStart: { weight: 1 },
  readStart: { weight: 10 },
  readStop: { weight: 2 },
  write: { weight: 20, with: (w) => [writable(w)] },
  requestFlushed: { weight: 3, with: (w) => maybe(w, () => offset(w)) },
  shutdown: { weight: 2 },
  close: { weight: 2 },
  "get kind": { weight: 1 },
  "get state": { weight: 1 },
  "get isReadable": { weight: 1 },
  "get isWritable": { weight: 1 },
  "get writeQueueSize": { weight: 1 },
  "get unsentSize": { weight: 1 },
};

/** The methods that streams of all kinds share, for one kind. */
export const streamMethods = (kind: string) => methods(kind, plans);

/** Several writes at once, as a busy handler makes them. */
export const writeBurst = (kind: string) =>
  action(`${kind}.write many`, 2, (w) => {
    const target = w.take(kind);
    for (let left = w.random.between(2, 20); left > 0; left--) {
      w.call(target, "write", [writable(w)]);
    }
    if (boolean(w)) w.call(target, "requestFlushed", []);
  });

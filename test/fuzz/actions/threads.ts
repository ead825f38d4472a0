/** Channels and the like, with all their ends in one thread. */
import {
  type Arm,
  byteReaderFrom,
  ByteRing,
  byteWriterFrom,
  Channel,
  Latch,
  latchCounterFrom,
  latchWaiterFrom,
  receiverFrom,
  receiving,
  Reply,
  replyReaderFrom,
  replyWriterFrom,
  select,
  type Sender,
  senderFrom,
  sending,
  type Source,
  trySelect,
} from "../../../src/mod.ts";
import { type Action, action, type Family, type MethodPlans, methods } from "../action.ts";
import { abortSignal, bytes, maybe, offset, shortMs } from "../legal.ts";
import type { World } from "../world.ts";

const failure = (w: World): unknown[] => maybe(w, () => new RangeError("closed by the fuzzer"));
const waiting = (w: World): unknown[] => maybe(w, () => ({ signal: abortSignal(w) }));
const message = (w: World): unknown =>
  w.oneOf<unknown>(() => 1, () => bytes(w), () => ({ a: [1] }), () => () => {}, () => undefined);

const anyEnd: MethodPlans = {
  notify: { weight: 3, with: (w) => maybe(w, () => w.take("notifier")) },
  close: { weight: 1, with: failure },
  "get isClosed": { weight: 1 },
  "get error": { weight: 1 },
  "get length": { weight: 1 },
};

/** Makes something with two ends, remembers them, and closes it at the end. */
function joined(
  name: string,
  make: (value: number) => { close(error?: Error): unknown },
  ends: { readonly [kind: string]: string },
): Action {
  return action(`new ${name}`, 4, (w) => {
    const args = w.arguments([w.random.between(1, 9)], true) as [number];
    const made = w.attempt(`new ${name}`, () => make(...args));
    if (made === undefined) return;
    w.keep(name, made);
    w.closers.push(() => made.close());
    for (const [kind, property] of Object.entries(ends)) {
      w.keep(kind, Reflect.get(made, property) as object);
    }
  });
}

/** Sends an end to this thread itself: it is another object then. */
function sent(kind: string, from: (address: never) => object): Action {
  return action(`${kind} by address`, 1, (w) => {
    const address = w.call(w.take(kind), "address", []);
    const args = w.arguments([address]) as [never];
    const made = w.attempt(`${kind} from its address`, () => from(...args));
    if (made === undefined) return;
    w.keep(kind, made);
    w.closers.push(() => (made as { close?(): void }).close?.());
  });
}

function arms(w: World): Arm<unknown>[] {
  const list: Arm<unknown>[] = [];
  for (let left = w.random.below(4); left > 0; left--) {
    const [source, sender] = [w.takeOf("receiver", "waiter", "reply reader"), w.take("sender")];
    const arm = w.attempt(
      "an arm",
      () =>
        w.chance(1, 2)
          ? receiving(...w.arguments([source]) as [Source<unknown>])
          : sending(...w.arguments([sender, message(w)]) as [Sender<unknown>, unknown]),
    );
    if (arm !== undefined) list.push(arm);
  }
  return list;
}

export const threads: Family = {
  name: "threads",
  weight: 5,
  actions: [
    joined("Channel", (capacity) => new Channel<unknown>({ capacity }), {
      sender: "sender",
      receiver: "receiver",
    }),
    joined("Latch", (count) => new Latch(count), { counter: "counter", waiter: "waiter" }),
    joined("Reply", (readers) => new Reply<unknown>({ readers }), {
      "reply writer": "writer",
      "reply reader": "reader",
    }),
    joined("ByteRing", (capacity) => new ByteRing(capacity), {
      writer: "writer",
      reader: "reader",
    }),
    ...["Channel", "Latch", "Reply", "ByteRing"].flatMap((kind) =>
      methods(kind, { close: { weight: 1, with: failure } })
    ),
    ...methods("sender", {
      ...anyEnd,
      trySend: { with: (w) => [message(w)] },
      send: { with: (w) => [message(w), ...waiting(w)] },
      clone: { weight: 1, keep: "sender" },
    }),
    ...methods("receiver", { ...anyEnd, tryReceive: {}, receive: { with: waiting } }),
    ...methods("counter", {
      ...anyEnd,
      countDown: { with: (w) => maybe(w, () => w.random.between(1, 3)) },
      fail: { weight: 1, with: () => [new RangeError("failed")] },
      clone: { weight: 1, keep: "counter" },
    }),
    ...methods("waiter", { ...anyEnd, tryReceive: {}, wait: { with: waiting } }),
    ...methods("reply writer", {
      fill: { weight: 2, with: (w) => [message(w)] },
      fail: { weight: 1, with: () => [new RangeError("failed")] },
    }),
    ...methods("reply reader", { tryReceive: {}, read: { with: waiting } }),
    ...methods("writer", {
      ...anyEnd,
      write: { with: (w) => [bytes(w)] },
      room: { weight: 1 },
      commit: { with: (w) => [w.random.below(4)] },
      whenRoom: { with: (w) => [w.random.between(1, 3), ...waiting(w)] },
      writeAll: { with: (w) => [bytes(w), ...waiting(w)] },
    }),
    ...methods("reader", {
      ...anyEnd,
      look: {},
      views: { weight: 1 },
      consume: { with: (w) => [offset(w)] },
      read: { with: (w) => [bytes(w)] },
      whenBytes: { with: waiting },
    }),
    sent("sender", senderFrom),
    sent("receiver", receiverFrom),
    sent("counter", latchCounterFrom),
    sent("waiter", latchWaiterFrom),
    sent("reply writer", replyWriterFrom),
    sent("reply reader", replyReaderFrom),
    sent("writer", byteWriterFrom),
    sent("reader", byteReaderFrom),
    action("trySelect", 3, (w) => {
      const args = w.arguments([arms(w)]) as [Arm<unknown>[]];
      w.attempt("trySelect", () => trySelect(...args));
    }),
    action("select", 3, (w) => {
      const args = [arms(w), { timeoutMs: shortMs(w) }] as const;
      w.attempt("select", () => select(...args));
    }),
  ],
};

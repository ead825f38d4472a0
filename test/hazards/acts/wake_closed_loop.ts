/** `uv_async_send` after `uv_loop_close`: SIGABRT. */
import { Worker } from "node:worker_threads";
import {
  type Async,
  Loop,
  type Notifier,
  type NotifierAddress,
  notifierFrom,
  ok,
  Session,
} from "../../../src/mod.ts";
import { Gate } from "../../fixtures/gate.ts";
import type { WakingOrders } from "../../fixtures/waking_worker.ts";
import { act, type Acts, live, refusal, rejection } from "../act.ts";

const waking = new URL("../../fixtures/waking_worker.ts", import.meta.url);

export const acts: Acts = {
  "an async": act(["allowed", "ClosedError", "ClosedError", "ClosedError"], (t) => {
    let async!: Async;
    const send = (): void => void t.events.push(refusal(() => async.send()));
    live(t, (scope) => {
      async = scope.async();
      send();
      async.close();
      send();
    });
    send();
    t.loop.close();
    send();
  }),

  "a notifier": act(["ok", "closed", "closed", "closed"], (t) => {
    let notifier!: Notifier;
    live(t, (scope) => {
      notifier = scope.notifier();
      t.events.push(notifier.wakeup());
    });
    t.events.push(notifier.wakeup());
    t.loop.close();
    t.events.push(notifier.wakeup(), notifierFrom(notifier.address()).wakeup());
  }),

  "a notifier of a loop that never ran": act(["retry", "closed"], (t) => {
    const creator = Loop.create();
    let notifier!: Notifier;
    creator.addMachine((scope) => {
      notifier = scope.notifier();
      return ok({});
    });
    t.events.push(notifier.wakeup());
    creator[Symbol.dispose]();
    t.events.push(notifier.wakeup());
  }),

  "another thread, while the loop closes": act(["ready", "closed"], async (t) => {
    let address!: NotifierAddress;
    t.loop.addMachine((scope) => {
      address = scope.notifier().address();
      return ok({ ready: () => ok(), wakeup: () => ok() });
    });
    const [seen, sent] = [new SharedArrayBuffer(4), new SharedArrayBuffer(4)];
    const orders: WakingOrders = {
      ...{ addresses: [address], seen, sent },
      ...{ wakeups: 2 ** 30, manner: "until closed" },
    };
    const worker = new Worker(waking, { workerData: orders });
    const ended = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
    t.events.push(await next(worker) as string);
    const answer = next(worker) as Promise<{ closed: number }>;
    new Gate(seen).raise();
    new Gate(sent).wait(1000);
    t.loop.close();
    if ((await answer).closed > 0) t.events.push("closed");
    await ended;
  }),

  "a session": act(["ClosedError", "ClosedError"], async (t) => {
    const session = Session.open(t.loop);
    const before = rejection(session.request((scope) => scope.random(8)));
    t.loop.close();
    session.close();
    const after = rejection(session.request((scope) => scope.random(8)));
    t.events.push(await before, await after);
  }),

  "calls of the loop": act(["ClosedError", "ClosedError", "ClosedError", "ClosedError"], (t) => {
    const { loop } = t;
    loop.close();
    for (const call of [() => loop.stop(), () => loop.ref(), () => loop.run()]) {
      t.events.push(refusal(call));
    }
    t.events.push(refusal(() => loop.addMachine(() => ok({}))));
  }),
};

function next(worker: Worker): Promise<unknown> {
  return new Promise((resolve) => worker.once("message", resolve));
}

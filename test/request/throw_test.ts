import type { IoEvent, IoRequest, Scope } from "../../src/mod.ts";
import { play } from "../fixtures/handle_machine.ts";
import { NativeCounter } from "../fixtures/native_counter.ts";
import { type Scene, testFailures } from "../fixtures/throwing.ts";
import { withBusyThreadPool } from "./thread_pool.ts";

/** A machine that makes a request. */
function asking(start: (scope: Scope) => IoRequest): Scene {
  return (t, handlers) => {
    play(t, (scope) => {
      start(scope);
      return handlers;
    });
  };
}

/** A machine that takes its request back. */
function cancelling(start: (scope: Scope) => IoRequest): Scene {
  return (t, handlers) => {
    withBusyThreadPool(() => {
      play(t, (scope) => {
        start(scope).cancel();
        return handlers;
      });
    });
  };
}

const counter = new NativeCounter();
const work = (scope: Scope) => scope.work(counter.function, counter.address);
const random = (scope: Scope) => scope.random(16);
const nameinfo = (scope: Scope) => scope.nameinfo("127.0.0.1", 80, { numericHost: true });

type RequestEventKind = Extract<IoEvent, { readonly handle: undefined }>["kind"];

const scenes: Readonly<Record<RequestEventKind, Scene>> = {
  fs: asking((scope) => scope.fs.open("/proc/self/status")),
  fsFailed: asking((scope) => scope.fs.open("/none")),
  resolved: asking((scope) => scope.resolve("127.0.0.1")),
  resolveFailed: asking((scope) => scope.resolve("no address", { numericHost: true })),
  random: asking(random),
  randomFailed: cancelling(random),
  named: asking(nameinfo),
  nameFailed: cancelling(nameinfo),
  worked: asking(work),
  workFailed: cancelling(work),
};

testFailures(scenes);

/** The thread of timer_with_wakeup.ts: a machine that sleeps until its deadline. */
import { type CallScope, done, type LoopThreadScope, type Machine, ok } from "../src/mod.ts";
import type { NotifierAddress, Response, Scope } from "../src/mod.ts";

const HOUR_MS = 3_600_000;
const SHORT_MS = 50;

const lines: string[] = [];
const end = Promise.withResolvers<void>();
let address: NotifierAddress;

/** Sleeps until its deadline, whichever that is. */
class Sleeper implements Machine {
  wakeup(scope: Scope): Response {
    lines.push(`woken, now a deadline in ${SHORT_MS} ms`);
    return ok().deadline(scope.after(SHORT_MS));
  }

  timeout(): Response {
    lines.push("the deadline is due");
    end.resolve();
    return done();
  }
}

export function setup({ loop }: LoopThreadScope): void {
  loop.addMachine((scope) => {
    address = scope.notifier().address();
    lines.push("a deadline in an hour");
    return ok(new Sleeper()).deadline(scope.after(HOUR_MS));
  });
}

/** The address of the sleeper's notifier. */
export function sleeper(): NotifierAddress {
  return address;
}

/** What the sleeper has to tell, when it has ended. */
export async function slept(_scope: CallScope): Promise<string[]> {
  await end.promise;
  return lines;
}

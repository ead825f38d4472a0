/** What must compile, and what must not: the calls of a module whose type is known. */
import type { LoopThread } from "../../src/mod.ts";
import type { Functions } from "./threads.ts";

/** Never called: `tsc` looks at it. */
export async function calls(thread: LoopThread<Functions>, any: LoopThread): Promise<void> {
  const sum: number = await thread.call("sum", [1, 2]);
  const text: string = await thread.call("later");
  await thread.call("soon", [], { signal: AbortSignal.abort() });
  thread.post("note", [sum + text.length]);
  thread.post("note", [1], { transfer: [] });
  const unknown: unknown = await any.call("whatever", [1, "2"]);
  any.post("whatever");

  // @ts-expect-error the arguments are numbers
  await thread.call("sum", ["1", 2]);
  // @ts-expect-error there are two arguments
  await thread.call("sum", [1]);
  // @ts-expect-error they may not be left out
  await thread.call("sum");
  // @ts-expect-error there is no such function
  await thread.call("difference", [1, 2]);
  // @ts-expect-error it is no function
  await thread.call("notAFunction");
  // @ts-expect-error it is a hook
  thread.post("setup", [1]);
  // @ts-expect-error the result is a number
  const wrong: string = await thread.call("sum", [1, 2]);
  // @ts-expect-error a post has no signal
  thread.post("note", [1], { signal: AbortSignal.abort() });
  // @ts-expect-error the result is not known
  const known: number = unknown;
  void [wrong, known];
}

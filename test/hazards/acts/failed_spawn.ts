/** `uv_spawn` that fails: its handle must be closed, or the loop stays busy. */
import type { ProcessOptions, ProcessStdio, Scope } from "../../../src/mod.ts";
import { withoutDescriptors } from "../../fixtures/handle_system.ts";
import type { LoopTest } from "../../harness.ts";
import { act, type Acts, actsOn, live, refusal } from "../act.ts";

const ROUNDS = 3;

const pipes: readonly ProcessStdio[] = [
  { pipe: "toChild" },
  { pipe: "fromChild" },
  "ignore",
  { pipe: "both", ipc: true },
];

/** What cannot be started, by the code of the error. */
const failing: Readonly<Record<string, ProcessOptions>> = {
  "ENOENT: a program that is not there": { file: "/nowhere/program" },
  "ENOENT: a name that is not in the PATH": { file: "rotor-uv-no-such-program" },
  "ENOENT: a folder that is not there": { file: "true", cwd: "/nowhere" },
  "EACCES: a folder": { file: "/" },
  "EACCES: a file that is no program": { file: "/etc/passwd" },
  "ENOTDIR: a file for a folder": { file: "/etc/passwd/true" },
  "EBADF: a descriptor of nothing": { file: "true", stdio: [999_999] },
  "RangeError: no name": { file: "" },
  "TypeError: no text": { file: 1 as never },
  "RangeError: a user that cannot be": { file: "true", uid: -1 },
};

/** Asks for it with pipes and without, again and again. */
function spawn(t: LoopTest, scope: Scope, options: ProcessOptions): void {
  const told = new Set<string>();
  for (let round = 0; round < ROUNDS; round++) {
    told.add(refusal(() => scope.process({ stdio: pipes, ...options })));
    told.add(refusal(() => scope.process(options)));
  }
  t.events.push(...told);
}

export const acts: Acts = {
  ...actsOn(
    failing,
    (options, name) =>
      act([name.slice(0, name.indexOf(":")), "0 handles"], (t) => {
        live(t, (scope) => spawn(t, scope, options));
        t.events.push(`${t.loop.metrics().handles} handles`);
      }),
  ),

  "a process without descriptors": act(["EMFILE", "0 handles"], (t) => {
    live(t, (scope) => withoutDescriptors(() => spawn(t, scope, { file: "true", stdio: pipes })));
    t.events.push(`${t.loop.metrics().handles} handles`);
  }),
};

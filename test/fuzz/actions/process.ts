import { action, type Family, methods } from "../action.ts";
import { boolean, options } from "../legal.ts";
import type { World } from "../world.ts";

/**
 * Programs that end by themselves. Input need not end: each child has all descriptors of the
 * fuzzer's own, which are not closed when a program starts, so those of its pipes as well.
 */
const programs: readonly { readonly file: string; readonly args?: readonly string[] }[] = [
  { file: "true" },
  { file: "false" },
  { file: "timeout", args: ["0.3", "cat"] },
  { file: "sh", args: ["-c", "echo out; echo err >&2; exit 3"] },
  { file: "sleep", args: ["0.01"] },
  { file: "no such program" },
  { file: "/etc" },
];

function stdio(w: World): unknown {
  return w.oneOf<unknown>(
    () => "ignore",
    () => ({ pipe: w.random.pick(["toChild", "fromChild", "both"]), ipc: boolean(w) }),
    () => ({ pipe: w.random.pick(["toChild", "fromChild", "both"]) }),
    () => w.takeOf("tcp", "pipe") ?? "ignore",
    // Not one that a stream works on as well: the child makes its first three block, for both.
    () => w.descriptors.fresh(w.random.pick(["file", "device"])),
  );
}

function processOptions(w: World): unknown {
  const more = {
    argv0: () => "name",
    env: () => ({ PATH: "/bin:/usr/bin", A: "b" }),
    cwd: () => w.random.pick([w.folder, "/", "/no such folder"]),
    stdio: () => Array.from({ length: w.random.below(5) }, () => stdio(w)),
    detached: () => boolean(w),
    windowsHide: () => boolean(w),
    uid: () => w.random.pick([NaN, -1, "root", 2 ** 53]),
  };
  return { ...w.random.pick(programs), stdio: [stdio(w), stdio(w), stdio(w)], ...options(w, more) };
}

/** Options in which one value is hostile. */
function spoiled(w: World): unknown {
  const all = processOptions(w) as Record<string, unknown>;
  const name = w.random.pick([...Object.keys(all), "args", "env", "stdio", "cwd"]);
  const [value] = w.arguments([all[name]], true);
  return { ...all, [name]: value };
}

export const processes: Family = {
  name: "process",
  weight: 1,
  actions: [
    action("scope.process", 8, (w) => {
      const made = w.call(w.scope(), "process", [spoiled(w)]);
      if (made === undefined) return;
      w.children++;
      w.keep("process", made);
      for (const pipe of (made as { stdio: readonly (object | undefined)[] }).stdio) {
        if (pipe !== undefined) w.keep("pipe", pipe);
      }
    }),
    ...methods("process", {
      kill: {
        weight: 6,
        with: (w) => w.random.pick<unknown[]>([[], ["SIGKILL"], [0], ["SIGHUP"]]),
      },
      close: { weight: 3 },
      "get pid": { weight: 1 },
      "get isRunning": { weight: 1 },
      "get stdio": { weight: 1 },
      "get state": { weight: 1 },
    }),
  ],
};

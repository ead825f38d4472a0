import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** Where the server and the load run. */
export interface Cores {
  /** What to put before a command to keep it on its core; nothing where that cannot be done. */
  readonly server: readonly string[];
  readonly load: readonly string[];
  readonly note: string;
}

/** Gives the server one core and the load another, with `taskset`, if there are two. */
export function chooseCores(): Cores {
  if (spawnSync("taskset", ["--version"]).status !== 0) return shared("there is no taskset here");
  const [first, second] = allowedCores();
  if (first === undefined || second === undefined) return shared("there is one core only");
  return {
    server: ["taskset", "-c", String(first)],
    load: ["taskset", "-c", String(second)],
    note: `the server has core ${first} to itself, the load core ${second}`,
  };
}

function shared(why: string): Cores {
  return { server: [], load: [], note: `server and load share all cores: ${why}` };
}

/** A container may be given any: `Cpus_allowed_list: 2-3,7`. */
function allowedCores(): number[] {
  const status = readFileSync("/proc/self/status", "utf8");
  const list = status.match(/^Cpus_allowed_list:\s*(\S+)$/m)?.[1] ?? "";
  return list.split(",").flatMap((range) => {
    const [from = NaN, to = from] = range.split("-").map(Number);
    return from === to ? [from] : [from, from + 1];
  });
}

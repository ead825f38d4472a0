import process from "node:process";
import { fileURLToPath } from "node:url";

/** A runtime that is present. */
export interface Runtime {
  readonly name: "Bun" | "Deno";
  /** The executable itself: the process started from it is the server, no script around it. */
  readonly path: string;
}

/** An echo server: it takes a port and prints `listening on HOST:PORT`. */
export interface Contender {
  readonly title: string;
  readonly runtime: Runtime["name"];
  /** Our sample, or what the runtime brings. */
  readonly isOurs: boolean;
  readonly command: readonly string[];
}

/** The command that runs a TypeScript file of this repository. */
export function scriptCommand({ name, path }: Runtime, file: string): string[] {
  const script = fileURLToPath(new URL(`../../${file}`, import.meta.url));
  return name === "Bun" ? [path, script] : [path, "run", "-A", "--no-check", script];
}

/** The runtimes that scripts/setup.sh has found, or just the one that runs this. */
export function findRuntimes(): Runtime[] {
  const { ROTOR_BUN: bun, ROTOR_DENO: deno } = process.env;
  const runtimes: Runtime[] = [];
  if (bun) runtimes.push({ name: "Bun", path: bun });
  if (deno) runtimes.push({ name: "Deno", path: deno });
  if (runtimes.length > 0) return runtimes;
  return [{ name: process.versions.bun ? "Bun" : "Deno", path: process.execPath }];
}

/** For each runtime our server, and the runtime's own. */
export function contendersOf(runtimes: readonly Runtime[]): Contender[] {
  return runtimes.flatMap((runtime) => {
    const { name } = runtime;
    const own = `bench/servers/${name.toLowerCase()}_listen.ts`;
    const ours = scriptCommand(runtime, "samples/tcp_echo.ts");
    return [
      { title: `rotor-uv on ${name}`, runtime: name, isOurs: true, command: ours },
      {
        title: `${name}.listen`,
        runtime: name,
        isOurs: false,
        command: scriptCommand(runtime, own),
      },
    ];
  });
}

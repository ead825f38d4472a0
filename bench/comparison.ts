/**
 * Compares the echo servers.
 *
 * All servers run the whole time on one CPU, the load program on the other. The windows take turns,
 * A B C, A B C, so that what else happens on the machine is shared out among all; a server without
 * load sleeps.
 */

import { writeFileSync } from "node:fs";
import { cpus, release } from "node:os";
import process from "node:process";
import { compile, type Programs } from "./compile.ts";
import { findContestants } from "./contestant.ts";
import { findRuntime, type Runtime } from "./runtime.ts";
import { type ServerProcess, startServer } from "./server_process.ts";
import type { Settings } from "./settings.ts";
import { type Sample, summarise } from "./summary.ts";
import { renderTable, renderWarnings } from "./table.ts";
import { measureWindow } from "./window.ts";

const SERVER_CPU = 0;
const LOAD_CPU = 1;

/** Starts those that are there; the others are skipped with a line. */
async function startServers(
  settings: Settings,
  programs: Programs,
  runtimes: readonly Runtime[],
  servers: ServerProcess[],
): Promise<void> {
  const { present, absent } = findContestants(settings.only, programs.echo, runtimes);
  for (const { name, why } of absent) console.log(`${name}: skipped, ${why}`);
  for (const contestant of present) {
    try {
      servers.push(await startServer(contestant, SERVER_CPU));
    } catch (error) {
      console.log(`${contestant.name}: skipped, ${error instanceof Error ? error.cause : error}`);
    }
  }
}

async function runRounds(
  settings: Settings,
  loadProgram: string,
  servers: readonly ServerProcess[],
): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (let round = 1; round <= settings.rounds; round++) {
    console.log(`round ${round} of ${settings.rounds}`);
    for (const server of servers) {
      const window = await measureWindow(loadProgram, LOAD_CPU, server, settings.load);
      samples.push({ contestant: server.name, round, ...window });
    }
  }
  return samples;
}

function versions(programs: Programs, runtimes: readonly Runtime[]): Record<string, string> {
  return {
    ...Object.fromEntries(runtimes.map(({ name, version }) => [name, version])),
    libuv: programs.libuvVersion,
    kernel: release(),
    cpu: `${cpus().length} × ${cpus()[0]?.model ?? "unknown"}`,
  };
}

/**
 * Runs the rounds, prints a table, and writes the raw samples if asked for.
 *
 * @param item what is counted: `message` or `connection`
 */
export async function compare(settings: Settings, item: string): Promise<void> {
  // Ending by exit() lets the servers' own exit hooks end them too.
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));
  const programs = compile();
  const runtimes = (["bun", "deno", "node"] as const)
    .map(findRuntime)
    .filter((runtime) => runtime !== undefined);
  const machine = versions(programs, runtimes);
  console.log(Object.entries(machine).map((entry) => entry.join(" ")).join(", "));

  const servers: ServerProcess[] = [];
  try {
    await startServers(settings, programs, runtimes, servers);
    const samples = await runRounds(settings, programs.load, servers);
    const summaries = servers.map(({ name }) => summarise(name, samples));
    console.log(`\n${renderTable(summaries, item)}\n`);
    console.log("Median (min–max) of the rounds. Ratios are paired by round; ~: it may be either.");
    console.log("The kernel samples user time by its timer tick; CPU time is exact.");
    for (const line of renderWarnings(summaries)) console.log(line);
    if (settings.jsonFile !== undefined) {
      const report = { item, settings, versions: machine, summaries, samples };
      writeFileSync(settings.jsonFile, JSON.stringify(report, null, 2) + "\n");
    }
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}

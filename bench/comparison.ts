/**
 * Compares the echo servers.
 *
 * All servers run the whole time on one CPU, the load program on the other. The windows take turns,
 * A B C, A B C, so that what else happens on the machine is shared out among all; a server without
 * load sleeps.
 */

import { findContestants } from "./contestant.ts";
import { type Lab, LOAD_CPU, openLab, SERVER_CPU, writeJson } from "./lab.ts";
import { type ServerProcess, startServer } from "./server_process.ts";
import type { Settings } from "./settings.ts";
import { type Sample, summarise } from "./summary.ts";
import { renderTable, renderWarnings } from "./table.ts";
import { measureWindow } from "./window.ts";

/** Starts those that are there; the others are skipped with a line. */
async function startServers(
  settings: Settings,
  { programs, runtimes }: Lab,
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

/**
 * Runs the rounds, prints a table, and writes the raw samples if asked for.
 *
 * @param item what is counted: `message` or `connection`
 */
export async function compare(settings: Settings, item: string): Promise<void> {
  const lab = openLab();
  const servers: ServerProcess[] = [];
  try {
    await startServers(settings, lab, servers);
    const samples = await runRounds(settings, lab.programs.load, servers);
    const summaries = servers.map(({ name }) => summarise(name, samples));
    console.log(`\n${renderTable(summaries, item)}\n`);
    console.log("Median (min–max) of the rounds. Ratios are paired by round; ~: it may be either.");
    console.log(
      "CPU time is exact, user time is sampled by the kernel's timer tick. Pooled: user time",
    );
    console.log(
      `of all rounds over ${item}s of all rounds, × C; of the two user ratios the better.`,
    );
    for (const line of renderWarnings(summaries)) console.log(line);
    const { versions } = lab;
    writeJson(settings.jsonFile, { item, settings, versions, summaries, samples });
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}

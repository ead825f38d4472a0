/** Compares the echo servers. */

import { ECHO_SERVERS, findContestants } from "./contestant.ts";
import { LOAD_CPU, openLab, writeJson } from "./lab.ts";
import { startServers, takeTurns } from "./rounds.ts";
import type { ServerProcess } from "./server_process.ts";
import type { Settings } from "./settings.ts";
import { summarise } from "./summary.ts";
import { renderTable } from "./table.ts";
import { renderWarnings } from "./warnings.ts";
import { measureWindow } from "./window.ts";

/**
 * Runs the rounds, prints a table, and writes the raw samples if asked for.
 *
 * @param item what is counted: `message` or `connection`
 */
export async function compare(settings: Settings, item: string): Promise<void> {
  const lab = openLab();
  const servers: ServerProcess[] = [];
  try {
    const { programs, runtimes } = lab;
    const found = findContestants(settings.only, ECHO_SERVERS, programs.echo, runtimes);
    await startServers(found, servers);
    const samples = await takeTurns(settings.rounds, servers, (server) => {
      return measureWindow(programs.load, LOAD_CPU, server, settings.load);
    });
    const summaries = servers.map(({ name }) => summarise(name, samples));
    console.log(`\n${renderTable(summaries, item)}\n`);
    console.log("Median (min–max) of the rounds. Ratios are paired by round; ~: it may be either.");
    console.log(
      "CPU time is exact, user time is sampled by the kernel's timer tick. Pooled: user time",
    );
    console.log(
      `of all rounds over ${item}s of all rounds, × C; of the two user ratios the better.`,
    );
    for (const line of renderWarnings(summaries, "load")) console.log(line);
    const { versions } = lab;
    writeJson(settings.jsonFile, { item, settings, versions, summaries, samples });
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}

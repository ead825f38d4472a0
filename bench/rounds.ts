/**
 * How servers are compared: all run the whole time on one CPU, the program that measures them on
 * the other. The windows take turns, A B C, A B C, so that what else happens on the machine is
 * shared out among all; a server without load sleeps.
 */

import type { Absentee, Contestant } from "./contestant.ts";
import { SERVER_CPU } from "./lab.ts";
import { type ServerProcess, startServer } from "./server_process.ts";

/** Whose window it is, and which. */
export interface Turn {
  readonly contestant: string;
  readonly round: number;
}

/**
 * Starts those that are there; the others are skipped with a line.
 *
 * @param servers the caller's, who stops them, whatever happens
 */
export async function startServers(
  found: { readonly present: readonly Contestant[]; readonly absent: readonly Absentee[] },
  servers: ServerProcess[],
): Promise<void> {
  for (const { name, why } of found.absent) console.error(`${name}: skipped, ${why}`);
  for (const contestant of found.present) {
    try {
      servers.push(await startServer(contestant, SERVER_CPU));
    } catch (error) {
      console.error(`${contestant.name}: skipped, ${error instanceof Error ? error.cause : error}`);
    }
  }
}

/** Measures each server once in each round, and tells how far it is. */
export async function takeTurns<T extends object>(
  rounds: number,
  servers: readonly ServerProcess[],
  measure: (server: ServerProcess) => Promise<T>,
): Promise<(Turn & T)[]> {
  const samples: (Turn & T)[] = [];
  for (let round = 1; round <= rounds; round++) {
    for (const server of servers) {
      console.error(`round ${round} of ${rounds}: ${server.name}`);
      samples.push({ contestant: server.name, round, ...await measure(server) });
    }
  }
  return samples;
}

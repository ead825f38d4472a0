/**
 * How contenders are compared: servers all run the whole time on one CPU, the program that measures
 * them on the other. The windows take turns, A B C, A B C, so that what else happens on the machine
 * is shared out among all; a server without load sleeps.
 */

import type { BenchContext } from "../result.ts";
import { SERVER_CPU } from "./cpus.ts";
import type { Contender } from "./contender.ts";
import { type ServerProcess, startServer } from "./server_process.ts";

/** A contender, and what was seen of it, one a round. */
export interface Course<T> {
  readonly contender: Contender;
  readonly samples: readonly T[];
}

/** Text of an error, with what was behind it. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${reasonOf(error.cause)}`;
}

/**
 * Measures each contender once in each round. One that fails takes no further part, and a claim
 * that does not hold says why: what is left can be compared all the same.
 */
export async function takeTurns<T>(
  context: BenchContext,
  rounds: number,
  contenders: readonly Contender[],
  measure: (contender: Contender, round: number) => Promise<T>,
): Promise<readonly Course<T>[]> {
  const courses = contenders.map((contender) => ({ contender, samples: [] as T[] }));
  const failed = new Set<Contender>();
  for (let round = 1; round <= rounds; round++) {
    for (const { contender, samples } of courses) {
      if (failed.has(contender)) continue;
      context.progress(`round ${round} of ${rounds}: ${contender.name}`);
      try {
        samples.push(await measure(contender, round));
      } catch (error) {
        failed.add(contender);
        context.claim(contender.name, false, `it runs: ${reasonOf(error)}`);
      }
    }
  }
  return courses.filter(({ contender }) => !failed.has(contender));
}

/** As `takeTurns`, with servers that run the whole time. */
export async function takeTurnsOnServers<T>(
  context: BenchContext,
  rounds: number,
  contenders: readonly Contender[],
  measure: (server: ServerProcess) => Promise<T>,
): Promise<readonly Course<T>[]> {
  const servers = new Map<Contender, ServerProcess>();
  try {
    return await takeTurns(context, rounds, contenders, async (contender) => {
      const server = servers.get(contender) ?? await startServer(contender, SERVER_CPU);
      servers.set(contender, server);
      return await measure(server);
    });
  } finally {
    await Promise.all([...servers.values()].map((server) => server.stop()));
  }
}

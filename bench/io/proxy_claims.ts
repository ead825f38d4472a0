/** What must hold of our proxies in speed and memory. */

import { YARDSTICK } from "../process/contender.ts";
import type { Course } from "../process/rounds.ts";
import type { TransferWindow } from "../process/transfer_window.ts";
import type { BenchContext } from "../result.ts";
import { spreadOf } from "../spread.ts";

const GROWTH_MIB_MAX = 16;

/** Each with the ratio of rates that ours must have at least. */
const RIVALS: Readonly<Record<string, number>> = {
  [YARDSTICK]: 0.9,
  "bun-connect": 1,
  "deno-connect": 1,
  "node-net": 1,
};

function rateOf({ transfer }: TransferWindow): number {
  return transfer.bytes / transfer.seconds;
}

/** The median of the ratios, round by round. */
function rateRatio(own: Course<TransferWindow>, base: Course<TransferWindow>): number {
  const ratios = own.samples.map((sample, round) =>
    rateOf(sample) / rateOf(base.samples[round] as TransferWindow)
  );
  return spreadOf(ratios).median;
}

/** Claims nothing of others, nor of a quick run. */
export function claimSpeed(
  context: BenchContext,
  courses: readonly Course<TransferWindow>[],
): void {
  if (context.isQuick) return;
  for (const own of courses.filter(({ contender }) => contender.name.startsWith("ours-"))) {
    const { name } = own.contender;
    const growths = own.samples.map(({ rssBytes: { peak, idle } }) => peak - idle);
    const growth = Math.max(...growths) / 2 ** 20;
    const growthText = `its memory grows by less than ${GROWTH_MIB_MAX} MiB: ${growth.toFixed(1)}`;
    context.claim(name, growth < GROWTH_MIB_MAX, growthText);
    for (const [rival, least] of Object.entries(RIVALS)) {
      const base = courses.find(({ contender }) => contender.name === rival);
      if (base === undefined) continue;
      const ratio = rateRatio(own, base);
      const text = `its rate is at least ${least} × ${rival}: ${ratio.toFixed(2)}`;
      context.claim(name, ratio >= least, text);
    }
  }
}

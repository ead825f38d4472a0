/** What must hold of our proxies. */

import { pairedRatio } from "./paired_ratio.ts";
import type { ProxySample, ProxySummary } from "./proxy_summary.ts";

const GROWTH_BYTES_MAX = 16 * 2 ** 20;
const RATE_RATIO_MIN = 0.9;

/** Those that ours must be ahead of. */
const RIVALS: readonly string[] = ["bun-connect", "deno-connect", "node-net"];

/**
 * What does not hold, in words; nothing for a contestant that is not ours.
 *
 * Rates are judged by the medians of their ratios, round by round.
 */
export function brokenClaims(summary: ProxySummary, samples: readonly ProxySample[]): string[] {
  const { contestant, growthBytes, bytesCopied, rateRatio } = summary;
  if (!contestant.startsWith("ours-")) return [];
  const broken: string[] = [];
  if (growthBytes >= GROWTH_BYTES_MAX) {
    broken.push(`its memory has grown by ${(growthBytes / 2 ** 20).toFixed(1)} MiB`);
  }
  if (bytesCopied !== 0) broken.push(`${bytesCopied ?? "nobody knows how many"} bytes were copied`);
  if (rateRatio !== undefined && rateRatio.median < RATE_RATIO_MIN) {
    broken.push(`its rate is ${rateRatio.median.toFixed(2)} × C`);
  }
  const of = (name: string) => samples.filter((sample) => sample.contestant === name);
  for (const rival of RIVALS) {
    const rate = ({ transfer }: ProxySample) => transfer.bytes / transfer.seconds;
    const ratio = pairedRatio(rate, of(contestant), of(rival));
    if (ratio !== undefined && ratio.median <= 1) {
      broken.push(`its rate is ${ratio.median.toFixed(2)} × ${rival}`);
    }
  }
  return broken;
}

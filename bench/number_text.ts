/** Figures as text, with as many digits as they can bear. */

import type { Spread } from "./spread.ts";

/** Three significant digits; whole numbers from 100 on, with separators. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size >= 100) return Math.round(value).toLocaleString("en");
  if (size >= 10) return value.toFixed(1);
  if (size >= 1 || size === 0) return value.toFixed(2).replace(/^0\.00$/, "0");
  return Number(value.toPrecision(2)).toString();
}

/** `min–max`; empty where both read alike. */
export function range({ min, max }: Spread): string {
  const [low, high] = [figure(min), figure(max)];
  return low === high ? "" : `${low}–${high}`;
}

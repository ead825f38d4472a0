// @ts-self-types="./reading.d.mts"
/** What programs of the lab print; without types, since node reads it too. */

/**
 * Prints what was measured.
 *
 * @param {import("./reading.ts").Reading} reading
 */
export function tell(reading) {
  console.log(JSON.stringify(reading));
}

/**
 * The value below which a part of all lies.
 *
 * @param {readonly number[]} values
 * @param {number} part
 * @returns {number}
 */
export function percentile(values, part) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(Math.floor(sorted.length * part), sorted.length - 1)] ?? Number.NaN;
}

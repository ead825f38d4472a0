/** What a program of the lab has measured; it prints one a line, as JSON. */
export interface Reading {
  readonly metric: string;
  readonly unit: string;
  readonly value: number;
  readonly better?: "less" | "more";
  /** What was measured, if the program measures several things; default: the program itself. */
  readonly contender?: string;
}

/** Prints it. */
export function tell(reading: Reading): void;

/** The value below which a part of all lies. */
export function percentile(values: readonly number[], part: number): number;

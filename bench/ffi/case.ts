/** One thing to measure. */
export interface Case {
  /** The contender. */
  readonly name: string;
  /** What is compared; cases of one metric are measured in turn. */
  readonly metric: string;
  /** Does it so many times; a promise where it has to wait. */
  run(times: number): unknown;
  /** Events of one time; default: 1. */
  readonly eventsEach?: number;
  readonly isAsync?: boolean;
  readonly note?: string;
}

/** The cases that a runtime has, and why others are missing. */
export interface CaseList {
  readonly cases: readonly Case[];
  readonly notes: readonly string[];
}

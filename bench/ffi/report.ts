import type { ListName } from "./case_lists.ts";
import type { Measured, MeasureSettings } from "./measure.ts";

/** What a child process of the lab is told, as JSON in its first argument. */
export type Task =
  & {
    /** The library that was compiled; null where there is no compiler. */
    readonly library: string | null;
    readonly settings: MeasureSettings;
  }
  & ({ readonly list: ListName } | { readonly list: "user"; readonly user: UserFunction });

/** A function of somebody else's, as the command line names it. */
export interface UserFunction {
  readonly library: string;
  readonly name: string;
  /** `KIND` or `KIND=VALUE`. */
  readonly parameters: readonly string[];
  readonly result: string;
}

/** What it answers, as JSON on stdout. */
export interface Report {
  readonly measured: readonly Measured[];
  readonly notes: readonly string[];
}

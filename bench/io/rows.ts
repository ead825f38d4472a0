import type { Course } from "../process/rounds.ts";
import type { Row } from "../result.ts";

/** A metric, and how it is found in what was seen of a contender in a round. */
export interface Metric<T> extends Pick<Row, "metric" | "unit" | "better"> {
  readonly measure: (sample: T) => number;
}

/** The rows of all contenders, each with all metrics but those that it cannot tell: NaN. */
export function rowsOf<T>(
  experiment: string,
  metrics: readonly Metric<T>[],
  courses: readonly Course<T>[],
): readonly Row[] {
  return courses.flatMap(({ contender: { name, runtime }, samples }) =>
    metrics.map(({ measure, ...metric }): Row => ({
      lab: "io",
      experiment,
      contender: name,
      runtime,
      ...metric,
      samples: samples.map(measure),
    }))
  ).filter(({ samples }) => !samples.some(Number.isNaN));
}

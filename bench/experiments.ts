/** All experiments of both labs. */

import { ffiExperiments } from "./ffi/experiments.ts";
import { ioExperiments } from "./io/experiments.ts";
import type { Experiment } from "./result.ts";

export const experiments: readonly Experiment[] = [...ffiExperiments, ...ioExperiments];

/** `npm run bench -- --ffi LIBRARY FUNCTION TYPES...` */

import type { Experiment } from "../result.ts";
import { labExperiment } from "./lab_experiment.ts";
import type { UserFunction } from "./report.ts";
import { readParameter, readResult } from "./user_value.ts";

const USAGE =
  "--ffi LIBRARY FUNCTION PARAMETER... RESULT, as in --ffi libm.so.6 cos f64=1.5 f64; " +
  "a parameter is TYPE or TYPE=VALUE";

/** How C would declare it. */
function prototypeOf({ name, parameters, result }: UserFunction): string {
  return `${result} ${name}(${parameters.join(", ") || "void"})`;
}

/**
 * An experiment that calls a function of any library.
 *
 * A value that is left out is 1, or for a pointer zeroed memory. A signature that is not the
 * function's may crash; that ends a child process.
 *
 * @param args library, function, the types of its parameters, and of its result
 * @throws {TypeError} for types that there are none of, or values that do not belong to theirs
 * @throws {RangeError} for integers that do not fit
 */
export function userFunction(args: readonly string[]): Experiment {
  const [library, name, ...types] = args;
  const result = types.at(-1);
  if (library === undefined || name === undefined || result === undefined) {
    throw new TypeError(`A library, a function and a result are needed: ${USAGE}`);
  }
  const parameters = types.slice(0, -1);
  parameters.forEach(readParameter);
  readResult(result);
  const given: UserFunction = { library, name, parameters, result };
  return labExperiment({
    name: "function",
    title: `${prototypeOf(given)} of ${library}`,
    about:
      "By its name, as dlopen gives it, and by its address. The JavaScript function is what a " +
      "row costs without any FFI.",
    lists: given,
    yardstick: "symbol of dlopen",
    runtimesIn: "columns",
  });
}

import type { Native } from "./port.ts";

let loops = 0;

/**
 * A loop around one call, as a function of its own: engines collect types and compile per function,
 * so a loop that all cases shared would know none of its callees, and no call would be a fast one.
 *
 * @param args the same in each call. They are parameters of the loop: in a closure, engines would
 * take them for constants, and convert them once and for all
 * @param after runs after each call
 */
export function callLoop(
  call: Native,
  args: readonly unknown[],
  after?: () => void,
): (times: number) => unknown {
  const names = args.map((_, index) => `value${index}`);
  // The number keeps engines from taking an equal text for the same function.
  const source = `
    return function loop${++loops}(${["times", ...names].join(", ")}) {
      let result;
      for (let i = 0; i < times; i++) {
        result = call(${names.join(", ")});
        ${after === undefined ? "" : "after();"}
      }
      return result;
    };`;
  const make = new Function("call", "after", source) as Native;
  const loop = make(call, after) as Native;
  return (times) => loop(times, ...args);
}

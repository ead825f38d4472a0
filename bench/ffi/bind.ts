import type { Kind, Native, Port } from "./port.ts";

/** Opens one function of a library, without regard to what was opened of it before. */
export function bind(
  port: Port,
  path: string,
  name: string,
  parameters: readonly Kind[],
  result: Kind,
): Native {
  return port.open(path, { [name]: { parameters, result } })[name] as Native;
}

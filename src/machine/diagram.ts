import type { Target, Transitions } from "./transitions.ts";

/** What Mermaid 11 reads as a word of its own in a state's place, in upper case too. */
const reserved: ReadonlySet<string> = new Set([
  "accdescr",
  "acctitle",
  "class",
  "classdef",
  "click",
  "default",
  "href",
  "note",
  "scale",
  "state",
  "style",
]);

const identifier = /^[A-Za-z]\w*$/;

/**
 * Draws transitions as a Mermaid `stateDiagram-v2`. Events that lead from one state to the same
 * other share an arrow; all is in the order of the table, so the same table gives the same text.
 *
 * ```ts
 * import { mermaid } from "rotor-uv";
 *
 * mermaid({ off: { wakeup: ["on"] }, on: { wakeup: ["off"], timeout: ["off", "done"] } });
 * // stateDiagram-v2
 * //     [*] --> off
 * //     off --> on: wakeup
 * //     on --> off: wakeup, timeout
 * //     on --> [*]: timeout
 * ```
 *
 * @param transitions the first table of a machine or protocol: `lamp.transitions`
 * @param first the state that machines start in; the table's first by default
 */
export function mermaid<T extends Transitions<string, string>>(
  transitions: T,
  first?: keyof T & string,
): string {
  const kinds = Object.keys(transitions);
  const ids = new Map(kinds.map((kind, index) => [kind, stateId(kind, index)]));
  const name = (kind: Target): string => kind === "done" ? "[*]" : ids.get(kind) ?? kind;
  const lines = kinds.filter((kind) => ids.get(kind) !== kind)
    .map((kind) => `state ${JSON.stringify(kind)} as ${name(kind)}`);
  const start = first ?? kinds[0];
  if (start !== undefined) lines.push(`[*] --> ${name(start)}`);
  for (const from of kinds) {
    for (const [target, events] of arrows(transitions[from] ?? {})) {
      lines.push(`${name(from)} --> ${name(target)}: ${events.join(", ")}`);
    }
  }
  return ["stateDiagram-v2", ...lines.map((line) => `    ${line}`), ""].join("\n");
}

/** The arrows out of a state: where to, for which events. */
function arrows(row: Transitions<string, string>[string]): Map<Target, string[]> {
  const found = new Map<Target, string[]>();
  for (const [event, targets = []] of Object.entries(row)) {
    for (const target of targets) {
      const events = found.get(target);
      if (events === undefined) found.set(target, [event]);
      else events.push(event);
    }
  }
  return found;
}

/** What Mermaid can call a state: its kind, unless that is no word or a word of Mermaid. */
function stateId(kind: string, index: number): string {
  if (identifier.test(kind) && !reserved.has(kind.toLowerCase())) return kind;
  return `state_${index}`;
}

import { type Breach, isIn } from "./check.ts";
import { documented } from "./rules.ts";
import type { Source } from "./source.ts";

const declaration = new RegExp(
  /^export (?:(?:default|declare|abstract|async) )*/.source +
    /(?:function\*?|class|const|let|interface|type) (?<name>[\w$]+)/.source,
);

/** Finds the exported symbols without a doc comment. Overloads share that of the first. */
export function findUndocumentedExports({ path, text }: Source): Breach[] {
  if (!path.endsWith(".ts")) return [];
  if (!isIn(path, documented.folders) || isIn(path, documented.except)) return [];
  const lines = text.split("\n");
  const seen = new Set<string>();
  return lines.flatMap((line, index) => {
    const name = line.match(declaration)?.groups?.name;
    if (name === undefined) return [];
    if (endsDocComment(lines, index - 1)) seen.add(name);
    if (seen.has(name)) return [];
    return [{ path, line: index + 1, rule: `${name} is exported without a doc comment` }];
  });
}

/** Whether a doc comment ends on line `index`; lint directives may follow it. */
function endsDocComment(lines: readonly string[], index: number): boolean {
  const line = lines[index] ?? "";
  if (line.startsWith("// deno-lint-ignore")) return endsDocComment(lines, index - 1);
  if (!line.endsWith("*/")) return false;
  const start = lines.slice(0, index + 1).findLast((line) => /^\/\*/.test(line));
  return start?.startsWith("/**") ?? false;
}

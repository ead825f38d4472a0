import { posix } from "node:path";
import { type Breach, isIn, lineAt } from "./check.ts";
import { importRules } from "./rules.ts";
import type { Source } from "./source.ts";

/** `import … from "x"`, `export … from "x"`, `import "x"` and `import("x")`; may span lines. */
const imports = new RegExp(
  /\b(?:im|ex)port\b(?<type>\s+type\b)?/.source +
    /(?:[\w\s{},*$]*?\bfrom)?[\s(]*["'](?<target>\.[^"'\n]*)["']/.source,
  "g",
);

/** Finds the imports that go the wrong way. */
export function findBannedImports({ path, text, code }: Source): Breach[] {
  const rules = importRules.filter(({ from }) => path.startsWith(from));
  return [...code.matchAll(imports)].flatMap(({ index, groups }) => {
    const target = posix.join(posix.dirname(path), groups?.target ?? "");
    const forTypes = groups?.type !== undefined;
    const broken = rules.find(({ never, typesOnly }) =>
      isIn(target, never) || (!forTypes && isIn(target, typesOnly ?? []))
    );
    if (broken === undefined) return [];
    const what = isIn(target, broken.never) ? "" : " other than types";
    return [{
      path,
      line: lineAt(text, index),
      rule: `${broken.from} imports nothing${what} from ${target}`,
    }];
  });
}

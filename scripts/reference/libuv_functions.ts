import { readFileSync } from "node:fs";

/** A function of libuv, as the symbol table has it. */
export interface LibuvFunction {
  /** The page of libuv's manual that it is on: `tcp`. */
  readonly page: string;
  readonly name: string;
  readonly prototype: string;
  /** The release that brought it; undefined for 1.44 and before. */
  readonly since: string | undefined;
}

const symbolTable = new URL("../../ffi/libuv/symbols.ts", import.meta.url);
const pageLine = /^ {2}\/\/ (\w+)$/;
const functionLine = /^ {2}(uv_\w+): /;

/** Reads all functions, in the order of the table. */
export function readLibuvFunctions(): LibuvFunction[] {
  const found: LibuvFunction[] = [];
  let page = "";
  let comment = "";
  const lines = readFileSync(symbolTable, "utf8").split("\n");
  for (const [i, line] of lines.entries()) {
    page = pageLine.exec(line)?.[1] ?? page;
    if (line.startsWith("  /**")) comment = "";
    if (/^ {2}( ?\*|\/\*\*)/.test(line)) comment += `${line.replace(/^ *(\/\*\*|\*\/|\*)/, "")} `;
    const name = functionLine.exec(line)?.[1];
    if (name === undefined) continue;
    const definition = lines.slice(i, i + 6).join(" ").split("},")[0] ?? "";
    found.push({
      page,
      name,
      prototype: /`([^`]+)`/.exec(comment)?.[1]?.replace(/\s+/g, " ").trim() ?? name,
      since: /since: "([\d.]+)"/.exec(definition)?.[1],
    });
  }
  return found;
}

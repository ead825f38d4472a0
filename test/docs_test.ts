/**
 * The examples of `README.md` and `docs/`. One that begins with an import is a whole program: all
 * of these compile, and those that are marked, by "ts run" for "ts", run to their end.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runtimeCommand } from "./ffi/raw_child.ts";
import { type Folder, inFolder } from "./fixtures/fs_folder.ts";
import { test } from "./harness.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const TIMEOUT_MS = 60_000;

/** Where a program finds the library: what it says, and what is there in this folder. */
const entries: readonly (readonly [RegExp, string])[] = [
  [/"rotor-uv\/(ffi)"/g, `"${root}ffi/mod.ts"`],
  [/"rotor-uv\/(system|testing)"/g, `"${root}src/$1/mod.ts"`],
  [/"rotor-uv"/g, `"${root}src/mod.ts"`],
  [/"\.\/rotor-uv\//g, `"${root}`],
];

interface Program {
  /** The page and the number of the example there: `files_2`. */
  readonly name: string;
  readonly isRun: boolean;
  readonly source: string;
}

function programsOf(page: string): Program[] {
  const examples = [
    ...readFileSync(join(root, page), "utf8").matchAll(/^```ts( run)?\n([^]*?)^```/gm),
  ];
  return examples.flatMap(([, mark, code = ""], index) => {
    if (!code.startsWith("import ")) return [];
    const name = `${page.replace(/^docs\/|\.md$/g, "")}_${index + 1}`;
    const source = entries.reduce((text, [from, to]) => text.replace(from, to), code);
    return [{ name, isRun: mark !== undefined, source }];
  });
}

const pages = readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md"));
const programs = ["README.md", ...pages.map((name) => `docs/${name}`)].flatMap(programsOf);

function write({ at }: Folder, { name, source }: Program): string {
  writeFileSync(at(`${name}.ts`), source);
  return at(`${name}.ts`);
}

test("the programs in the docs compile", () => {
  inFolder((folder) => {
    const files = programs.map((program) => write(folder, program));
    assert.ok(files.length > 0);
    const compilerOptions = { typeRoots: [join(root, "node_modules")] };
    const config = { extends: join(root, "tsconfig.json"), compilerOptions, include: [], files };
    writeFileSync(folder.at("tsconfig.json"), JSON.stringify(config));
    const args = ["--project", folder.path];
    const { status, stdout } = spawnSync(join(root, "node_modules/.bin/tsc"), args, {
      encoding: "utf8",
    });
    assert.equal(status, 0, stdout);
  });
});

for (const program of programs.filter(({ isRun }) => isRun)) {
  test(`a program in the docs runs: ${program.name}`, () => {
    inFolder((folder) => {
      const [command = "", ...args] = runtimeCommand(write(folder, program));
      const options = { encoding: "utf8", timeout: TIMEOUT_MS } as const;
      const { status, stdout, stderr } = spawnSync(command, args, options);
      assert.equal(status, 0, stderr);
      assert.equal(stderr, "");
      assert.notEqual(stdout, "");
    });
  });
}

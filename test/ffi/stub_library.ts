import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Whether shared libraries can be made here. */
export const hasCompiler: boolean = spawnSync("gcc", ["--version"]).status === 0;

/** Makes a shared library of C source, for as long as `body` runs. */
export function withLibrary(source: string, body: (path: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "rotor-uv-stub-"));
  try {
    const [code, library] = [join(folder, "stub.c"), join(folder, "libstub.so")];
    writeFileSync(code, source);
    const { status, stderr } = spawnSync("gcc", ["-shared", "-fPIC", "-O0", "-o", library, code], {
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`gcc: ${stderr}`);
    body(library);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";

/** `scripts/arm64.sh` names one for the architecture that it emulates. */
const compiler = process.env["ROTOR_CC"] ?? "gcc";

/** Whether shared libraries can be made here. */
export const hasCompiler: boolean = spawnSync(compiler, ["--version"]).status === 0;

/** Makes a shared library of C source, for as long as `body` runs. */
export function withLibrary(source: string, body: (path: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "rotor-uv-stub-"));
  try {
    const [code, library] = [join(folder, "stub.c"), join(folder, "libstub.so")];
    writeFileSync(code, source);
    const { status, stderr } = spawnSync(
      compiler,
      ["-shared", "-fPIC", "-O0", "-o", library, code],
      {
        encoding: "utf8",
      },
    );
    if (status !== 0) throw new Error(`${compiler}: ${stderr}`);
    body(library);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

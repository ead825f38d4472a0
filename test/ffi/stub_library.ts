import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import process from "node:process";
import { inFolder } from "../fixtures/fs_folder.ts";

/** `scripts/arm64.sh` names one for the architecture that it emulates. */
const compiler = process.env["ROTOR_CC"] ?? "gcc";

/** Whether shared libraries can be made here. */
export const hasCompiler: boolean = spawnSync(compiler, ["--version"]).status === 0;

/** Makes a shared library of C source, for as long as `body` runs. */
export function withLibrary(source: string, body: (path: string) => void): void {
  inFolder(({ at }) => {
    const [code, library] = [at("stub.c"), at("libstub.so")];
    writeFileSync(code, source);
    const args = ["-shared", "-fPIC", "-O0", "-o", library, code];
    const { status, stderr } = spawnSync(compiler, args, { encoding: "utf8" });
    if (status !== 0) throw new Error(`${compiler}: ${stderr}`);
    body(library);
  });
}

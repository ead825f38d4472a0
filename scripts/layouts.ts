/**
 * Proves the numbers in `ffi/libuv` (struct layouts, constants, error codes) with a C compiler.
 *
 *     layouts.ts --check
 *
 * `--header PATH` takes another uv.h than the installed one, `--cc COMMAND` another compiler than
 * `cc`, and `--run COMMAND` starts the program, which a foreign machine's compiler made:
 *
 *     layouts.ts --check --cc aarch64-linux-gnu-gcc \
 *       --run "qemu-aarch64-static -L /usr/aarch64-linux-gnu"
 */

import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { type Claim, constantClaims, layoutClaims, probeSource } from "./layout_probe.ts";
import { installedHeader, readHeader, type UvHeader } from "./uv_header.ts";

/** How to make and start the probe. */
interface Toolchain {
  readonly compiler: string;
  /** A command and its arguments, before the program; empty to start it directly. */
  readonly runner: readonly string[];
}

function check(header: UvHeader, toolchain: Toolchain): void {
  const layouts = layoutClaims();
  const constants = constantClaims();
  const claims = [...layouts, ...constants];
  const measured = measure(header, toolchain, claims);
  const differences = [
    ...claims.flatMap((claim, index) => differing(claim, measured.get(index), header)),
    ...unclaimed(header, constants),
  ];
  for (const difference of differences) console.error(`layouts: ${difference}`);
  if (differences.length > 0) process.exitCode = 1;

  const measuredLayouts = layouts.filter((_, index) => measured.has(index)).length;
  const verdict = differences.length === 0
    ? "agree with"
    : `${differences.length} differences from`;
  console.log(
    `layouts: ${measuredLayouts} sizes and offsets, ${measured.size - measuredLayouts} constants ` +
      `${verdict} uv.h ${header.version} by ${toolchain.compiler}; ` +
      `${claims.length - measured.size} are for a newer libuv or another architecture`,
  );
}

/** Compiles the probe and runs it: values by the index of their claim. */
function measure(
  header: UvHeader,
  toolchain: Toolchain,
  claims: readonly Claim[],
): Map<number, number> {
  const folder = mkdtempSync(join(tmpdir(), "rotor-uv-layouts-"));
  try {
    // Copied, because a cross compiler that is given /usr/include finds the wrong libc there.
    cpSync(header.path, join(folder, "uv.h"));
    cpSync(join(dirname(header.path), "uv"), join(folder, "uv"), { recursive: true });
    const [source, program] = [join(folder, "probe.c"), join(folder, "probe")];
    writeFileSync(source, probeSource(claims));
    run([toolchain.compiler, "-I", folder, "-o", program, source]);
    const lines = run([...toolchain.runner, program]).trim().split("\n");
    return new Map(lines.map((line) => {
      const [index = NaN, value = NaN] = line.split(" ").map(Number);
      return [index, value];
    }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function run([command = "", ...args]: readonly string[]): string {
  const { error, status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8" });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${command} ended with ${status}:\n${stderr}`);
  return stdout;
}

function differing(claim: Claim, measured: number | undefined, header: UvHeader): string[] {
  if (measured !== undefined) {
    return measured === claim.value
      ? []
      : [`${claim.name} is ${claim.value} in ffi/libuv, ${measured} in C`];
  }
  // Nothing measured: right for a newer libuv or another architecture, unless the header has it.
  return header.enumerators.has(claim.name)
    ? [`${claim.name} is marked newer than uv.h ${header.version}, which has it already`]
    : [];
}

/** Enumerators that the header has and our tables lack. */
function unclaimed(header: UvHeader, constants: readonly Claim[]): string[] {
  const names = new Set(constants.map((claim) => claim.name));
  return [...header.enumerators]
    .filter((name) => !names.has(name))
    .map((name) => `${name} is in uv.h ${header.version} and not in ffi/libuv`);
}

/** Why there is nothing to compare with, or undefined if there is. */
function obstacle(path: string, compiler: string): string | undefined {
  if (process.platform !== "linux") return "the tables describe Linux";
  if (!existsSync(path)) return `there is no ${path}`;
  const { error } = spawnSync(compiler, ["--version"]);
  return error === undefined ? undefined : `there is no compiler ${compiler}`;
}

function main(): void {
  const { values } = parseArgs({
    options: {
      check: { type: "boolean", default: false },
      header: { type: "string", default: installedHeader },
      cc: { type: "string", default: "cc" },
      run: { type: "string", default: "" },
    },
  });
  if (!values.check) throw new Error("Say --check: the tables are written by hand");
  const reason = obstacle(values.header, values.cc);
  if (reason !== undefined) return console.log(`layouts: skipped: ${reason}`);
  const runner = values.run.split(" ").filter((word) => word !== "");
  check(readHeader(values.header), { compiler: values.cc, runner });
}

main();

/**
 * Proves the numbers in `ffi/libuv` (struct layouts, constants, error codes) with a C compiler.
 *
 *     layouts.ts --check
 *     layouts.ts --write --header PATH    writes ffi/libuv/field_types.ts, by a newest uv.h
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
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { differingTypes, renderFieldTypes } from "./field_types_source.ts";
import {
  type Claim,
  constantClaims,
  fieldQuestions,
  layoutClaims,
  probeSource,
  roomClaims,
} from "./layout_probe.ts";
import { installedHeader, readHeader, type UvHeader } from "./uv_header.ts";

const fieldTypesPath = fileURLToPath(new URL("../ffi/libuv/field_types.ts", import.meta.url));

/** How to make and start the probe. */
interface Toolchain {
  readonly compiler: string;
  /** A command and its arguments, before the program; empty to start it directly. */
  readonly runner: readonly string[];
}

/** What the compiler said. */
interface Measured {
  /** Values by the index of their claim. */
  readonly values: ReadonlyMap<number, number>;
  /** Types by `struct.field`. */
  readonly types: ReadonlyMap<string, string>;
}

async function check(header: UvHeader, toolchain: Toolchain): Promise<void> {
  // Not imported at the top: the table must be possible to write when it is missing or broken.
  const { fieldTypes } = await import("../ffi/libuv/field_types.ts");
  const layouts = [...layoutClaims(), ...roomClaims()];
  const claims = [...layouts, ...constantClaims()];
  const { values, types } = measure(header, toolchain, claims);
  const differences = [
    ...claims.flatMap((claim, index) => differing(claim, values.get(index), header)),
    ...differingTypes(fieldTypes, types),
  ];
  for (const difference of differences) console.error(`layouts: ${difference}`);
  if (differences.length > 0) process.exitCode = 1;

  const measuredLayouts = layouts.filter((_, index) => values.has(index)).length;
  const verdict = differences.length === 0
    ? "agree with"
    : `${differences.length} differences from`;
  console.log(
    `layouts: ${measuredLayouts} sizes and offsets, ${types.size} types, ` +
      `${values.size - measuredLayouts} constants ` +
      `${verdict} uv.h ${header.version} by ${toolchain.compiler}; ` +
      `${claims.length - values.size} are for a newer libuv or another architecture`,
  );
}

function write(header: UvHeader, toolchain: Toolchain): void {
  const { types } = measure(header, toolchain, []);
  const missing = fieldQuestions().length - types.size;
  if (missing > 0) throw new Error(`uv.h ${header.version} lacks ${missing} fields: take a newer`);
  writeFileSync(fieldTypesPath, renderFieldTypes(types));
  console.log(`layouts: wrote the types of ${types.size} fields of uv.h ${header.version}`);
}

/** Compiles the probe and runs it. */
function measure(header: UvHeader, toolchain: Toolchain, claims: readonly Claim[]): Measured {
  const folder = mkdtempSync(join(tmpdir(), "rotor-uv-layouts-"));
  try {
    // Copied, because a cross compiler that is given /usr/include finds the wrong libc there.
    cpSync(header.path, join(folder, "uv.h"));
    cpSync(join(dirname(header.path), "uv"), join(folder, "uv"), { recursive: true });
    const [source, program] = [join(folder, "probe.c"), join(folder, "probe")];
    writeFileSync(source, probeSource(claims, fieldQuestions()));
    run([toolchain.compiler, "-I", folder, "-o", program, source]);
    return readMeasured(run([...toolchain.runner, program]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function readMeasured(output: string): Measured {
  const values = new Map<number, number>();
  const types = new Map<string, string>();
  for (const line of output.trim().split("\n")) {
    const [key = "", value = "", bytes = ""] = line.split(" ");
    if (key.includes(".")) types.set(key, value === "bytes" ? `u8[${bytes}]` : value);
    else values.set(Number(key), Number(value));
  }
  return { values, types };
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

/** Why there is nothing to compare with, or undefined if there is. */
function obstacle(path: string, compiler: string): string | undefined {
  if (process.platform !== "linux") return "the tables describe Linux";
  if (!existsSync(path)) return `there is no ${path}`;
  const { error } = spawnSync(compiler, ["--version"]);
  return error === undefined ? undefined : `there is no compiler ${compiler}`;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      check: { type: "boolean", default: false },
      write: { type: "boolean", default: false },
      header: { type: "string", default: installedHeader },
      cc: { type: "string", default: "cc" },
      run: { type: "string", default: "" },
    },
  });
  if (!values.check && !values.write) throw new Error("Say --check, or --write for the types");
  const reason = obstacle(values.header, values.cc);
  if (reason !== undefined) return console.log(`layouts: skipped: ${reason}`);
  const runner = values.run.split(" ").filter((word) => word !== "");
  const toolchain = { compiler: values.cc, runner };
  const header = readHeader(values.header);
  await (values.write ? write(header, toolchain) : check(header, toolchain));
}

await main();

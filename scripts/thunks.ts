/**
 * Builds `ffi/thunks/thunks.c` and `ffi/terminal/restore.c` for every architecture we carry machine
 * code for, and writes `machine_code.ts` and `restore_code.ts` beside them. Needs gcc, and
 * gcc-aarch64-linux-gnu for arm64.
 *
 *     bun scripts/thunks.ts            builds and writes
 *     bun scripts/thunks.ts --check    builds and compares; also compares layouts, kinds, names
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import * as uringLayouts from "../ffi/memory/io_uring_layout.ts";
import * as layouts from "../ffi/memory/ring_layout.ts";
import { terminalEntryPoints } from "../ffi/terminal/entry_points.ts";
import { entryPoints, kind } from "../ffi/thunks/kinds.ts";

const path = (name: string): string => fileURLToPath(new URL(`../ffi/${name}`, import.meta.url));

const SOURCE = path("thunks/thunks.c");

/** A file of C, and what is written of it. */
interface Program {
  readonly source: string;
  readonly target: string;
  /** Names in the generated file: of the constant, and of the type of entry points. */
  readonly constant: string;
  readonly entryType: string;
  readonly entryFile: string;
  readonly entries: readonly string[];
  /** What the code is, for its doc comment. */
  readonly title: string;
}

const programs: readonly Program[] = [
  {
    source: SOURCE,
    target: path("thunks/machine_code.ts"),
    constant: "machineCode",
    entryType: "EntryPoint",
    entryFile: "./kinds.ts",
    entries: entryPoints,
    title: "The callbacks of thunks.c, by architecture.",
  },
  {
    source: path("terminal/restore.c"),
    target: path("terminal/restore_code.ts"),
    constant: "restoreCode",
    entryType: "TerminalEntryPoint",
    entryFile: "./entry_points.ts",
    entries: terminalEntryPoints,
    title: "The code of restore.c, by architecture.",
  },
];

/** The tool chain of each architecture, by its Debian name. */
const architectures = [
  { arch: "x64", prefix: "x86_64-linux-gnu-", flags: ["-fcf-protection=none"] },
  { arch: "arm64", prefix: "aarch64-linux-gnu-", flags: [] },
] as const;

/** No constant pools, no tables, no calls out of the file: nothing that a relocation would mend. */
const flags = [
  "-O2",
  "-ffreestanding",
  "-fno-builtin",
  "-fpic",
  "-fvisibility=hidden",
  "-fno-jump-tables",
  "-fno-tree-vectorize",
  "-fno-stack-protector",
  "-fno-asynchronous-unwind-tables",
  "-Wall",
  "-Wextra",
  "-Werror",
];

interface MachineCode {
  readonly arch: string;
  readonly compiler: string;
  readonly bytes: Uint8Array;
  readonly entries: ReadonlyMap<string, number>;
}

function run(command: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: "utf8" });
  if (error !== undefined || status !== 0) {
    throw new Error(`${command} ${args.join(" ")}: ${error?.message ?? stderr}`);
  }
  return stdout;
}

function has(command: string): boolean {
  return spawnSync(command, ["--version"]).status === 0;
}

type Architecture = typeof architectures[number];

function build(program: Program, { arch, prefix, flags: own }: Architecture): MachineCode {
  const folder = mkdtempSync(join(tmpdir(), "rotor-uv-thunks-"));
  try {
    const object = join(folder, "thunks.o");
    const text = join(folder, "thunks.bin");
    run(`${prefix}gcc`, [...flags, ...own, "-c", program.source, "-o", object]);
    refuseRelocations(arch, run(`${prefix}objdump`, ["-r", "-j", ".text", object]));
    refuseData(arch, run(`${prefix}size`, ["-A", object]));
    run(`${prefix}objcopy`, ["-O", "binary", "-j", ".text", object, text]);
    return {
      arch,
      compiler: run(`${prefix}gcc`, ["-dumpfullversion"]).trim(),
      bytes: new Uint8Array(readFileSync(text)),
      entries: entriesOf(program, run(`${prefix}nm`, ["--defined-only", object])),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function refuseRelocations(arch: string, listing: string): void {
  const relocations = listing.split("\n").filter((line) => /\bR_/.test(line));
  if (relocations.length > 0) {
    throw new Error(`${arch}: the code has relocations:\n${relocations.join("\n")}`);
  }
}

function refuseData(arch: string, sizes: string): void {
  for (const [, section, size] of sizes.matchAll(/^(\.(?:rodata|data|bss)\S*)\s+(\d+)/gm)) {
    if (size !== "0") throw new Error(`${arch}: the code has ${size} bytes of ${section}`);
  }
}

function entriesOf({ source, entries: names }: Program, symbols: string): Map<string, number> {
  const entries = new Map<string, number>();
  for (const [, offset, name] of symbols.matchAll(/^([0-9a-f]+) [Tt] (on_\w+)$/gm)) {
    entries.set(name as string, Number.parseInt(offset as string, 16));
  }
  for (const name of names) {
    if (!entries.has(name)) throw new Error(`${source} has no ${name}, which TypeScript names`);
  }
  if (entries.size !== names.length) {
    throw new Error(`${source} has ${entries.size} entry points, TypeScript ${names.length}`);
  }
  return entries;
}

function render(program: Program, codes: readonly MachineCode[]): string {
  const { source, constant, entryType, entryFile, title } = program;
  return [
    `// Generated by scripts/thunks.ts from ${basename(source)}. Do not edit.`,
    `import type { ${entryType} } from "${entryFile}";`,
    "",
    "/** Position-independent machine code, and where each callback begins in it, in bytes. */",
    "export interface MachineCode {",
    "  /** The gcc release that built it. */",
    "  readonly compiler: string;",
    "  readonly base64: string;",
    `  readonly entries: Readonly<Record<${entryType}, number>>;`,
    "}",
    "",
    `/** ${title} */`,
    `export const ${constant}: Readonly<Record<string, MachineCode>> = {`,
    ...codes.flatMap((code) => renderOne(program, code)),
    "};",
    "",
  ].join("\n");
}

function renderOne(program: Program, { arch, compiler, bytes, entries }: MachineCode): string[] {
  const lines = Buffer.from(bytes).toString("base64").match(/.{1,88}/g) ?? [];
  return [
    `  ${arch}: {`,
    `    compiler: "${compiler}",`,
    "    base64: [",
    ...lines.map((line) => `      "${line}",`),
    '    ].join(""),',
    "    entries: {",
    ...program.entries.map((name) => `      ${name}: ${entries.get(name)},`),
    "    },",
    "  },",
  ];
}

/** What `thunks.c` takes from the kernel's headers, which it does not include. */
const kernelChecks = [
  ...["opcode", "fd", "user_data"].map((field) => sameOffset("submission", field, field)),
  sameOffset("submission", "address", "addr"),
  sameOffset("submission", "length", "len"),
  sameOffset("submission", "call_flags", "msg_flags"),
  "sizeof(struct submission) == sizeof(struct io_uring_sqe)",
  "sizeof(struct completion) == sizeof(struct io_uring_cqe)",
  "__builtin_offsetof(struct completion, result) == __builtin_offsetof(struct io_uring_cqe, res)",
  "OP_SEND == IORING_OP_SEND",
  "OP_RECV == IORING_OP_RECV",
  "ENTER_GETEVENTS == IORING_ENTER_GETEVENTS",
  "IO_URING_ENTER == __NR_io_uring_enter",
  "SENDTO == __NR_sendto",
  "RECVFROM == __NR_recvfrom",
  "SENDMSG == __NR_sendmsg",
];

function sameOffset(struct: string, field: string, kernelField: string): string {
  return `__builtin_offsetof(struct ${struct}, ${field}) == ` +
    `__builtin_offsetof(struct io_uring_sqe, ${kernelField})`;
}

/** A C program that fails to compile where TypeScript and C disagree. */
function probe(): string {
  const checks: string[] = kernelChecks.map((check) => `_Static_assert(${check}, "${check}");`);
  for (const [struct, fields] of Object.entries({ ...layouts, ...uringLayouts })) {
    for (const [field, value] of Object.entries(fields)) {
      const actual = field === "size"
        ? `sizeof(struct ${struct})`
        : `__builtin_offsetof(struct ${struct}, ${field})`;
      checks.push(`_Static_assert(${actual} == ${value}, "${struct}.${field}");`);
    }
  }
  for (const [name, value] of Object.entries(kind)) {
    checks.push(`_Static_assert(${name} == ${value}, "kind ${name}");`);
  }
  return `#include "${SOURCE}"\n#include <linux/io_uring.h>\n#include <sys/syscall.h>\n${
    checks.join("\n")
  }\n`;
}

function checkLayouts(): number {
  const source = probe();
  const result = spawnSync("cc", ["-std=gnu11", "-fsyntax-only", "-x", "c", "-"], {
    input: source,
    encoding: "utf8",
  });
  if (result.status !== 0) throw new Error(result.stderr);
  return source.match(/_Static_assert/g)?.length ?? 0;
}

function check(): string {
  if (!has("cc")) return "skipped: no C compiler, so thunks.c was not compared";
  const facts = checkLayouts();
  const available = architectures.filter(({ prefix }) => has(`${prefix}gcc`));
  const codes = programs.map((program) => available.map((each) => compare(program, each)));
  const names = codes[0]?.map(({ arch, compiler }) => `${arch} (gcc ${compiler})`).join(", ");
  return `thunks: ${facts} layouts and kinds agree, code built for ${names}`;
}

/** Builds a program again, and compares it with what is stored. */
function compare(program: Program, architecture: Architecture): MachineCode {
  const code = build(program, architecture);
  const { arch, compiler } = code;
  const stored = readFileSync(program.target, "utf8");
  // Another release of gcc may choose other instructions: then only the facts are compared.
  if (!stored.includes(`  ${arch}: {\n    compiler: "${compiler}",`)) return code;
  if (stored.includes(renderOne(program, code).join("\n"))) return code;
  const [source, target] = [basename(program.source), basename(program.target)];
  throw new Error(`${target} is older than ${source} for ${arch}: run this script`);
}

try {
  if (process.argv.includes("--check")) {
    console.log(check());
  } else {
    for (const program of programs) {
      const codes = architectures.map((architecture) => build(program, architecture));
      writeFileSync(program.target, render(program, codes));
      const sizes = codes.map(({ arch, bytes }) => `${arch}: ${bytes.length} bytes`).join(", ");
      console.log(`${basename(program.source)}: ${sizes}`);
    }
  }
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}

import { spawnSync } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** Something that a user of the library can name, and what its doc comment says. */
export interface Documented {
  /** `Tcp`, `Tcp.bind`. */
  readonly name: string;
  readonly kind: "symbol" | "method" | "property";
  /** Empty where there is no comment. */
  readonly doc: string;
  /** Where it is written, from the root of the project. */
  readonly file: string;
  readonly line: number;
  /** Whether an interface may have the comment. */
  readonly isInherited: boolean;
}

/** What `deno doc --json` prints, as far as it is needed here. */
interface DocNode {
  readonly name?: string;
  readonly jsDoc?: { readonly doc?: string; readonly tags?: readonly { readonly doc?: string }[] };
  readonly location?: { readonly filename: string; readonly line: number };
  readonly kind?: string;
  readonly accessibility?: string;
  readonly def?: {
    readonly implements?: readonly unknown[];
    readonly methods?: readonly DocNode[];
    readonly properties?: readonly DocNode[];
  };
}

const root = new URL("../../", import.meta.url);

/** Reads the doc comments of all that an entry point exports, with their members. */
export function readDocumented(entryPoint: string): Documented[] {
  const deno = process.env["ROTOR_DENO"] || "deno";
  const options = { cwd: root, encoding: "utf8", maxBuffer: 2 ** 28 } as const;
  const { stdout, stderr, status } = spawnSync(deno, ["doc", "--json", entryPoint], options);
  if (status !== 0) throw new Error(`deno doc ${entryPoint}: ${stderr}`);
  const { nodes } = JSON.parse(stdout) as {
    nodes: Record<string, { symbols: { name: string; declarations: DocNode[] }[] }>;
  };
  return Object.values(nodes).flatMap(({ symbols }) =>
    symbols.flatMap(({ name, declarations }) =>
      declarations
        .filter(({ kind }) => kind !== "reference")
        .flatMap((declaration) => itemsOf(name, declaration))
    )
  );
}

function itemsOf(name: string, declaration: DocNode): Documented[] {
  const { methods = [], properties = [] } = declaration.def ?? {};
  const members = (nodes: readonly DocNode[], kind: Documented["kind"]) =>
    nodes.filter(isPublic).map((node) => ({
      ...item(`${name}.${node.name}`, kind, node),
      isInherited: (declaration.def?.implements ?? []).length > 0,
    }));
  return [
    item(name, "symbol", declaration),
    ...members(methods, "method"),
    ...members(properties, "property"),
  ];
}

function isPublic({ accessibility }: DocNode): boolean {
  return accessibility === undefined || accessibility === "public";
}

function item(name: string, kind: Documented["kind"], { jsDoc, location }: DocNode): Documented {
  const texts = [jsDoc?.doc, ...(jsDoc?.tags ?? []).map(({ doc }) => doc)];
  const path = location === undefined ? "" : fileURLToPath(location.filename);
  return {
    name,
    kind,
    doc: texts.filter((text) => text !== undefined).join("\n"),
    file: path.slice(fileURLToPath(root).length),
    line: (location?.line ?? 0) + 1,
    isInherited: false,
  };
}

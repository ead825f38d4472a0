import process from "node:process";
import type { Kind, Native, Port, Signature } from "./port.ts";

/** What a function of `node:ffi` is described by. */
interface Shape {
  readonly arguments: readonly string[];
  readonly return: string;
}

interface DynamicLibrary {
  getFunction(name: string, shape: Shape): Native;
  registerCallback(shape: Shape, body: (...args: never[]) => unknown): bigint;
}

/** What the lab uses of `node:ffi`, which is experimental: 26.1 has it first. */
interface NodeFfi {
  DynamicLibrary: new (path: string | null) => DynamicLibrary;
  getRawPointer(bytes: Uint8Array): bigint;
}

/** Their names without sizes of their own; Node has no other. */
const OWN_NAMES: Partial<Readonly<Record<Kind, string>>> = { usize: "u64", isize: "i64" };

function shapeOf({ parameters, result }: Signature): Shape {
  const nameOf = (kind: Kind): string => OWN_NAMES[kind] ?? kind;
  return { arguments: parameters.map(nameOf), return: nameOf(result) };
}

/** Node's foreign function interface; undefined in a Node that has none. */
export function nodePort(): Port | undefined {
  const ffi = process.getBuiltinModule("node:ffi") as unknown as NodeFfi | undefined;
  if (ffi === undefined) return undefined;
  /** Callbacks belong to a library, which must stay open. */
  const owner = new ffi.DynamicLibrary(null);
  return {
    name: "node",
    lacks: ["i64_fast", "u64_fast"],
    takesNumbersFor64: false,
    trueValue: 1,
    open: <K extends string>(path: string, table: Readonly<Record<K, Signature>>) => {
      const library = new ffi.DynamicLibrary(path);
      const functions = Object.entries<Signature>(table).map(
        ([name, signature]) => [name, library.getFunction(name, shapeOf(signature))],
      );
      return Object.fromEntries(functions) as Record<K, Native>;
    },
    pointerCalls: [],
    callback: (signature, body) => ({ pointer: owner.registerCallback(shapeOf(signature), body) }),
    postsCallbacks: false,
    pointerOf: (bytes) => ffi.getRawPointer(bytes),
    keyOf: (pointer) => pointer,
  };
}

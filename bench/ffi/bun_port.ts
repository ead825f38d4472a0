import process from "node:process";
import type { Callback, Kind, Native, Port, Signature } from "./port.ts";

/** What a function of `bun:ffi` is described by. */
interface Shape {
  readonly args: readonly string[];
  readonly returns: string;
}

/** What the lab uses of `bun:ffi`; Deno cannot resolve that name, not even for its types. */
interface BunFfi {
  dlopen(path: string, symbols: Record<string, Shape>): { symbols: Record<string, Native> };
  linkSymbols(symbols: Record<string, Shape & { ptr: unknown }>): {
    symbols: Record<string, Native>;
  };
  ptr(bytes: Uint8Array): number;
  CFunction: new (shape: Shape & { ptr: unknown }) => Native;
  JSCallback: new (
    body: (...args: never[]) => unknown,
    shape: Shape & { threadsafe: boolean },
  ) => { ptr: number };
}

const OWN_NAMES: Partial<Readonly<Record<Kind, string>>> = { pointer: "ptr", isize: "i64" };

function nameOf(kind: Kind): string {
  return OWN_NAMES[kind] ?? kind;
}

function shapeOf({ parameters, result }: Signature): Shape {
  return { args: parameters.map(nameOf), returns: nameOf(result) };
}

/** Those that are alive: a collected callback would leave C with a dangling pointer. */
const callbacks: unknown[] = [];

/** Bun's foreign function interface. */
export function bunPort(): Port {
  const ffi = process.getBuiltinModule("bun:ffi") as unknown as BunFfi;
  const callback =
    (threadsafe: boolean) =>
    (signature: Signature, body: (...args: never[]) => unknown): Callback => {
      const made = new ffi.JSCallback(body, { ...shapeOf(signature), threadsafe });
      callbacks.push(made);
      return { pointer: made.ptr };
    };
  return {
    name: "bun",
    lacks: [],
    takesNumbersFor64: true,
    trueValue: true,
    open: <K extends string>(path: string, table: Readonly<Record<K, Signature>>) => {
      const shapes = Object.entries<Signature>(table).map(([name, it]) => [name, shapeOf(it)]);
      return ffi.dlopen(path, Object.fromEntries(shapes)).symbols as Record<K, Native>;
    },
    pointerCalls: [
      {
        name: "CFunction",
        make: (ptr, signature) => new ffi.CFunction({ ...shapeOf(signature), ptr }),
      },
      {
        name: "linkSymbols",
        make: (ptr, signature) =>
          ffi.linkSymbols({ it: { ...shapeOf(signature), ptr } }).symbols["it"] as Native,
      },
    ],
    callback: callback(false),
    threadSafeCallback: callback(true),
    postsCallbacks: true,
    pointerOf: (bytes) => ffi.ptr(bytes),
    keyOf: (pointer) => pointer,
  };
}

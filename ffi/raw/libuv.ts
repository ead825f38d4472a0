import type { SymbolName } from "../libuv/family.ts";
import { type Library, openLibrary } from "../libuv/library.ts";
import { symbols } from "../libuv/symbols.ts";
import type { Functions, SymbolTable } from "../runtime/contract.ts";
import { settleCallbacks } from "./callback_frames.ts";

/** Every function of libuv by its C name; the doc comment of each shows its C prototype. */
export type Libuv = Functions<typeof symbols>;

let made: Libuv | undefined;

/**
 * Every function of libuv, each bound when it is first asked for: binding all of them takes Deno
 * as long as starting a small program.
 *
 * The functions check nothing. What C forbids ends the process, or worse: see `docs/raw.md`. Those
 * that run callbacks while they are called (`uv_run`, `uv_walk`) throw afterwards what a `callback`
 * threw. A function that this release of libuv lacks throws a `LibraryError` when it is called,
 * which names the release that it needs.
 *
 * To bind all at once, or other functions, there is `openLibrary().bind(symbols)`: bare functions,
 * which leave errors of callbacks to the runtime.
 *
 * @throws {LibraryError} where libuv cannot be used
 */
export function libuv(): Libuv {
  return made ??= bindLazily(openLibrary());
}

/** Own properties, each a getter that puts the function in its own place. */
function bindLazily(library: Library): Libuv {
  const functions = {};
  for (const name of Object.keys(symbols) as SymbolName[]) {
    Object.defineProperty(functions, name, {
      configurable: true,
      enumerable: true,
      get: () => {
        const value = settling(name, bindOne(library, name));
        Object.defineProperty(functions, name, { value, enumerable: true });
        return value;
      },
    });
  }
  return functions as Libuv;
}

function bindOne(library: Library, name: SymbolName): unknown {
  // Bun opens no library for nothing, so a function that is missing does not come alone.
  const others: SymbolTable = library.address(name) === 0 ? { uv_version: symbols.uv_version } : {};
  return library.bind<SymbolTable>({ [name]: symbols[name], ...others })[name];
}

/** Those that run callbacks while they are called throw what these threw. */
function settling(name: SymbolName, bound: unknown): unknown {
  switch (name) {
    case "uv_run": {
      const run = bound as Libuv["uv_run"];
      return ((loop, mode) => {
        const alive = run(loop, mode);
        settleCallbacks();
        return alive;
      }) satisfies Libuv["uv_run"];
    }
    case "uv_walk": {
      const walk = bound as Libuv["uv_walk"];
      return ((loop, walked, argument) => {
        walk(loop, walked, argument);
        settleCallbacks();
      }) satisfies Libuv["uv_walk"];
    }
    default:
      return bound;
  }
}

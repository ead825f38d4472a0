/**
 * Opens the system's libuv: found, isolated, proved isolated, and of a release that we know.
 *
 * The order matters. libc's `dlopen` with `RTLD_DEEPBIND` comes first and relocates the library
 * against itself; the runtime's own `dlopen` of the same file then returns that same mapping, and
 * with it the runtime's fast calls. The library is never closed: callbacks may still be due.
 */
import { Region } from "../memory/region.ts";
import { isMusl, system } from "../memory/system.ts";
import type {
  Functions,
  NativeFunction,
  Pointer,
  SymbolDefinition,
  SymbolTable,
} from "../runtime/contract.ts";
import { runtime } from "../runtime/current.ts";
import { type Core, coreSymbols } from "./core.ts";
import { interposedFunctions, shareEnviron } from "./interposition.ts";
import { LibraryError } from "./library_error.ts";
import { installAdvice, libraryPaths } from "./paths.ts";

/** The oldest release whose functions and structures we know. */
const OLDEST = { major: 1, minor: 44 } as const;

const RTLD_NOW = 2;
const RTLD_NOLOAD = 4;
const RTLD_DEEPBIND = 8;
const TEXT_BYTES = 4096;

/** A release of libuv. */
export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/** The system's libuv, ready to be called. */
export interface Library {
  /** The name or path that it was opened by. */
  readonly path: string;
  readonly version: Version;
  /** The functions that `src/` calls. */
  readonly core: Core;
  /** Binds further functions; one that this release lacks throws when it is called. */
  bind<T extends SymbolTable>(symbols: T): Functions<T>;
  /** The address of an exported function, or 0. */
  address(name: string): number;
}

let opened: Library | undefined;

/**
 * The system's libuv, opened at the first call.
 *
 * In a program with several threads open it on the main thread first.
 *
 * @throws {LibraryError} where it cannot be used: not found, too old, or not isolated
 */
export function openLibrary(): Library {
  return opened ??= open();
}

function open(): Library {
  const text = new Region(TEXT_BYTES);
  try {
    const { path, handle, wasLoaded } = load(text);
    proveIsolated(path, handle, wasLoaded);
    shareEnviron(handle);
    return new OpenedLibrary(path, handle);
  } finally {
    text.free();
  }
}

function load(text: Region): { path: string; handle: Pointer; wasLoaded: boolean } {
  const paths = libraryPaths();
  const strangers: string[] = [];
  for (const path of paths) {
    if (path.length + 1 > TEXT_BYTES) continue;
    text.setText(0, path);
    const wasLoaded = system().dlopen(text.pointer, RTLD_NOW | RTLD_NOLOAD) !== null;
    const deep = runtime().os === "linux" && !isMusl() ? RTLD_DEEPBIND : 0;
    const handle = system().dlopen(text.pointer, RTLD_NOW | deep);
    if (handle === null) continue;
    text.setText(0, "uv_version");
    if (system().dlsym(handle, text.pointer) !== null) return { path, handle, wasLoaded };
    strangers.push(`${path} is not libuv (it has no uv_version); `);
  }
  throw new LibraryError("libuv", "not found", paths, strangers.join("") + installAdvice());
}

function proveIsolated(path: string, handle: Pointer, wasLoaded: boolean): void {
  const foreign = interposedFunctions(handle);
  if (foreign.length === 0) return;
  const count = `${foreign.length} of its own functions (${foreign.slice(0, 3).join(", ")}, ...)`;
  if (isMusl()) {
    const advice = `${count} are replaced by the runtime's, and musl cannot isolate a library`;
    throw new LibraryError("libuv", "not isolated", [path], advice);
  }
  const advice = `something in this process opened it before and bound ${count} to the ` +
    "runtime's stubs; open rotor-uv first, or in a process of its own";
  throw new LibraryError("libuv", wasLoaded ? "already loaded" : "not isolated", [path], advice);
}

class OpenedLibrary implements Library {
  readonly path: string;
  readonly version: Version;
  readonly core: Core;
  readonly #handle: Pointer;

  constructor(path: string, handle: Pointer) {
    this.path = path;
    this.#handle = handle;
    this.version = this.#readVersion();
    this.core = this.bind(coreSymbols);
  }

  bind<T extends SymbolTable>(symbols: T): Functions<T> {
    const entries = Object.entries(symbols);
    const present = entries.filter(([name]) => this.address(name) !== 0);
    const isNone = present.length === 0; // which Bun refuses to open
    const bound = isNone ? {} : runtime().open(this.path, Object.fromEntries(present));
    for (const [name, symbol] of entries) {
      if (name in bound) continue;
      Object.assign(bound, { [name]: this.#missing(name, symbol) });
    }
    return bound as Functions<T>;
  }

  address(name: string): number {
    const text = new Region(name.length + 1);
    text.setText(0, name);
    const address = runtime().address(system().dlsym(this.#handle, text.pointer));
    text.free();
    return address;
  }

  #missing(name: string, { since }: SymbolDefinition): NativeFunction<SymbolDefinition> {
    return () => {
      const { major, minor, patch } = this.version;
      const needs = since === undefined ? "is not exported" : `needs libuv ${since}`;
      const advice = `${name} ${needs}, this is ${major}.${minor}.${patch}`;
      throw new LibraryError("libuv", "missing function", [this.path], advice);
    };
  }

  #readVersion(): Version {
    const { uv_version } = runtime().open(this.path, { uv_version: coreSymbols.uv_version });
    const hex = uv_version();
    const version = { major: hex >>> 16, minor: (hex >>> 8) & 0xff, patch: hex & 0xff };
    const { major, minor } = version;
    if (major < OLDEST.major || (major === OLDEST.major && minor < OLDEST.minor)) {
      const advice = `it is ${major}.${minor}, rotor-uv needs ${OLDEST.major}.${OLDEST.minor}`;
      throw new LibraryError("libuv", "too old", [this.path], `${advice}; ${installAdvice()}`);
    }
    return version;
  }
}

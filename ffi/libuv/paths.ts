import { runtime } from "../runtime/current.ts";

/** Where the systems that we know keep libuv; the loader's own search by soname comes first. */
const candidates: Readonly<Record<string, readonly string[]>> = {
  linux: [
    "libuv.so.1",
    "/usr/lib/x86_64-linux-gnu/libuv.so.1", // Debian, Ubuntu
    "/usr/lib/aarch64-linux-gnu/libuv.so.1",
    "/usr/lib64/libuv.so.1", // Fedora, RHEL, openSUSE
    "/usr/lib/libuv.so.1", // Arch, Alpine
    "/usr/local/lib/libuv.so.1",
    "/lib/libuv.so.1",
  ],
  darwin: [
    "libuv.1.dylib",
    "/opt/homebrew/lib/libuv.1.dylib",
    "/usr/local/lib/libuv.1.dylib",
    "/opt/local/lib/libuv.1.dylib",
  ],
};

/** What to install where nothing was found. */
const packages: Readonly<Record<string, string>> = {
  linux: "install libuv: `apt install libuv1` (Debian, Ubuntu), `dnf install libuv` (Fedora), " +
    "`apk add libuv` (Alpine), `pacman -S libuv` (Arch)",
  darwin: "install libuv: `brew install libuv`",
};

/** The names and paths to try, in order; `ROTOR_UV_LIBRARY` alone when it is set. */
export function libraryPaths(): readonly string[] {
  const chosen = runtime().environment("ROTOR_UV_LIBRARY");
  if (chosen !== undefined && chosen !== "") return [chosen];
  return candidates[runtime().os] ?? [];
}

/** One sentence that says how to get libuv on this system. */
export function installAdvice(): string {
  return packages[runtime().os] ?? `this system (${runtime().os}) is not supported`;
}

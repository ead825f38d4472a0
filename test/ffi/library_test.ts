import assert from "node:assert/strict";
import process from "node:process";
import { interposedFunctions } from "../../ffi/libuv/interposition.ts";
import { libraryPaths } from "../../ffi/libuv/paths.ts";
import { Region } from "../../ffi/memory/region.ts";
import { system } from "../../ffi/memory/system.ts";
import { LibraryError, libuv, openLibrary, type Pointer, runtime, textAt } from "../../ffi/mod.ts";
import type { Opened } from "../fixtures/open_library.ts";
import { test } from "../harness.ts";
import { type ChildOptions, runFixture, testChild } from "./child.ts";
import { hasCompiler, withLibrary } from "./stub_library.ts";

/** Opens libuv in a process of its own, which must live on to tell. */
function openIn(options: ChildOptions = {}): Opened {
  return JSON.parse(runFixture("open_library.ts", options)[0] as string) as Opened;
}

function assertProblem(opened: Opened, problem: string, text: RegExp): void {
  assert.equal(opened.name, "LibraryError", `${opened.message}`);
  assert.equal(opened.problem, problem);
  assert.match(opened.message as string, text);
}

/** Registers a test that needs a shared library made of C. */
function testStub(name: string, source: string, body: (path: string) => void): void {
  testChild(name, () => {
    if (!hasCompiler) return console.log(`skipped, no gcc: ${name}`);
    withLibrary(source, body);
  });
}

test("the library is opened once", () => {
  const library = openLibrary();
  assert.equal(openLibrary(), library);
  assert.ok(libraryPaths().includes(library.path));
});

test("the library's version is 1.44 or later, as its text says", () => {
  const { major, minor, patch } = openLibrary().version;
  assert.ok(major === 1 && minor >= 44);
  assert.equal(textAt(libuv().uv_version_string()), `${major}.${minor}.${patch}`);
});

test("the library reaches its own functions, all of them", () => {
  assert.deepEqual(interposedFunctions(handleOf(openLibrary().path)), []);
});

/** What `dlopen` returns for a library that is open. */
function handleOf(path: string): Pointer {
  const RTLD_NOW_NOLOAD = 6;
  const text = new Region(path.length + 1);
  text.setText(0, path);
  const handle = system().dlopen(text.pointer, RTLD_NOW_NOLOAD);
  text.free();
  return handle as Pointer;
}

test("a function that this release lacks throws when it is called, naming what it needs", () => {
  const library = openLibrary();
  const bound = library.bind({
    uv_version: { parameters: [], result: "u32" },
    uv_not_yet: { parameters: [], result: "i32", since: "1.99" },
    uv_never: { parameters: [], result: "i32" },
  });
  assert.ok(bound.uv_version() > 0);
  assert.throws(() => bound.uv_not_yet(), (error) => {
    return error instanceof LibraryError && error.problem === "missing function" &&
      error.message.includes("uv_not_yet needs libuv 1.99, this is 1.");
  });
  assert.throws(() => bound.uv_never(), /uv_never is not exported/);
});

test("a function's address is that in the library, or 0", () => {
  const library = openLibrary();
  assert.ok(library.address("uv_run") > 0);
  assert.notEqual(library.address("uv_run"), library.address("uv_stop"));
  assert.equal(library.address("uv_no_such_function"), 0);
  assert.equal(library.address(""), 0);
});

testChild("another process opens the library, too", () => {
  const { version, loopBytes, path } = openIn();
  const { major, minor, patch } = openLibrary().version;
  assert.equal(version, `${major}.${minor}.${patch}`);
  assert.equal(path, openLibrary().path);
  assert.ok((loopBytes as number) > 500);
});

testChild("a Worker opens the library that the main thread has opened", () => {
  const lines = runFixture("open_library.ts", { args: ["in-worker"] });
  assert.equal(lines.length, 2);
  assert.equal(lines[0], lines[1]);
});

testChild("ROTOR_UV_LIBRARY names the only path that is tried", () => {
  const path = "/nowhere/libuv.so.1";
  const opened = openIn({ environment: { ROTOR_UV_LIBRARY: path } });
  assertProblem(opened, "not found", /install libuv/);
  assert.deepEqual(opened.paths, [path]);
  assert.ok((opened.message as string).includes(path));
});

testChild("ROTOR_UV_LIBRARY may be empty: that is as if it were unset", () => {
  const { path } = openIn({ environment: { ROTOR_UV_LIBRARY: "" } });
  assert.equal(path, "libuv.so.1");
});

testChild("a file that is no library is not found, and a path that is too long", () => {
  for (const path of [import.meta.filename as string, `/${"x".repeat(5000)}`, "/", "grün"]) {
    assertProblem(openIn({ environment: { ROTOR_UV_LIBRARY: path } }), "not found", /install/);
  }
});

test("a library that is not libuv is not found: the error says what it lacks", () => {
  for (const path of ["libc.so.6", "libm.so.6"]) {
    const opened = openIn({ environment: { ROTOR_UV_LIBRARY: path } });
    assertProblem(opened, "not found", /not libuv.*uv_version/);
  }
});

testStub(
  "a libuv before 1.44 is too old: the error names both versions",
  "unsigned uv_version(void) { return 1 << 16 | 43 << 8 | 7; }",
  (path) => {
    const opened = openIn({ environment: { ROTOR_UV_LIBRARY: path } });
    assertProblem(opened, "too old", /it is 1\.43, rotor-uv needs 1\.44/);
    assert.deepEqual(opened.paths, [path]);
  },
);

testStub(
  "a libuv of the time before 1.0 is too old",
  "unsigned uv_version(void) { return 0 << 16 | 99 << 8; }",
  (path) => {
    const opened = openIn({ environment: { ROTOR_UV_LIBRARY: path } });
    assertProblem(opened, "too old", /it is 0\.99/);
  },
);

// Its table holds another address than that of its own function: what an indirect function does.
testStub(
  "a libuv that reaches another function in place of its own is not isolated",
  `static int other(void) { return 1; }
   static void* choose(void) { return other; }
   int uv_chosen(void) __attribute__((ifunc("choose")));
   int uv_caller(void) { return uv_chosen(); }
   unsigned uv_version(void) { return 1 << 16 | 44 << 8; }`,
  (path) => {
    const opened = openIn({ environment: { ROTOR_UV_LIBRARY: path } });
    assertProblem(opened, "not isolated", /uv_chosen/);
  },
);

testChild(
  "a libuv that the runtime opened before is refused as already loaded, no harm done",
  () => {
    const path = openLibrary().path;
    const opened = openIn({ args: ["plainly", path] });
    assertProblem(opened, "already loaded", /open rotor-uv first/);
    assert.deepEqual(opened.paths, [path]);
  },
);

testChild("Deno needs no permission but that of FFI; the environment is then not read", () => {
  if (runtime().name !== "deno") return;
  const environment = { ROTOR_UV_LIBRARY: "/nowhere" };
  const permissions = ["--allow-ffi", "--allow-read"];
  assert.equal(openIn({ permissions, environment }).path, "libuv.so.1");
});

testChild("without the permission of FFI the error in Deno names it", () => {
  if (runtime().name !== "deno") return;
  const { message } = openIn({ permissions: ["--allow-read"] });
  assert.match(message as string, /--allow-ffi/);
});

test("this platform is one whose libuv paths are known", () => {
  assert.ok(["linux", "darwin"].includes(process.platform));
  assert.ok(libraryPaths().length > 0);
});

/** Registers tests of the raw layer, each with a program of its own. */
import { assertDescriptorsBack, openFds, test } from "../harness.ts";
import { testChild } from "./child.ts";
import { type RawOptions, RawProgram } from "./raw_program.ts";

type Body = (program: RawProgram) => void | Promise<void>;

/** Registers a test with a program of its own. Afterwards no descriptor may be left. */
export function testRaw(name: string, body: Body, options: RawOptions = {}): void {
  register(test, name, body, options);
}

/** The same, where the test starts this runtime anew: see `testChild`. */
export function testRawChild(name: string, body: Body, options: RawOptions = {}): void {
  register(testChild, name, body, options);
}

function register(registerIt: typeof test, name: string, body: Body, options: RawOptions): void {
  registerIt(name, async () => {
    warmUp();
    const fds = openFds();
    const program = new RawProgram(options);
    await body(program);
    program.end();
    await assertDescriptorsBack(fds);
  });
}

let isWarm = false;

/** Makes libuv open what it keeps as long as the process lives. */
function warmUp(): void {
  if (isWarm) return;
  new RawProgram().end();
  openFds();
  isWarm = true;
}

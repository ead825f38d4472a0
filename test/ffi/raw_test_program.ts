/** Registers tests of the raw layer, each with a program of its own. */
import { assertDescriptorsBack, openFds, test } from "../harness.ts";
import { type RawOptions, RawProgram } from "./raw_program.ts";

/** Registers a test with a program of its own. Afterwards no descriptor may be left. */
export function testRaw(
  name: string,
  body: (program: RawProgram) => void | Promise<void>,
  options: RawOptions = {},
): void {
  test(name, async () => {
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

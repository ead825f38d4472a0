import { Region } from "../memory/region.ts";
import { makeExecutable } from "../memory/system.ts";
import { runtime } from "../runtime/current.ts";
import { type Callbacks, pointersOf } from "./callback_pointers.ts";
import { machineCode } from "./machine_code.ts";

/**
 * Copies the machine code of this architecture into a page, and makes the page executable and no
 * longer writable. Undefined where there is no code, or the system forbids executable memory.
 */
export function installMachineCode(): Callbacks | undefined {
  const code = machineCode[runtime().arch];
  // Another system has another calling convention or other error numbers.
  if (code === undefined || runtime().os !== "linux") return undefined;
  const bytes = Uint8Array.from(atob(code.base64), (character) => character.charCodeAt(0));
  const page = new Region(bytes.length);
  page.u8.set(bytes);
  if (!makeExecutable(page.pointer, page.byteLength)) {
    page.free();
    return undefined;
  }
  return {
    make: "machine code",
    pointers: pointersOf((name) => page.pointerTo(code.entries[name])),
    calls: () => 0,
    free: () => page.free(),
  };
}

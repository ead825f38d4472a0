import { runtime } from "../runtime/current.ts";
import type { Callbacks } from "./callback_pointers.ts";
import { installMachineCode } from "./machine_code_page.ts";
import { installRuntimeCallbacks } from "./runtime_callbacks.ts";

let installed: { callbacks: Callbacks; loops: number } | undefined;

/**
 * The callbacks of this thread, installed for its first loop.
 *
 * Machine code where it exists for this architecture and the system lets memory become executable;
 * callbacks of the runtime otherwise, or where `ROTOR_UV_CALLBACKS=runtime` forces them.
 */
export function acquireCallbacks(): Callbacks {
  installed ??= { callbacks: install(), loops: 0 };
  installed.loops++;
  return installed.callbacks;
}

/** Says that a loop of this thread is closed; the last one frees the callbacks. */
export function releaseCallbacks(): void {
  if (installed === undefined || --installed.loops > 0) return;
  installed.callbacks.free();
  installed = undefined;
}

function install(): Callbacks {
  const forced = runtime().environment("ROTOR_UV_CALLBACKS") === "runtime";
  return (forced ? undefined : installMachineCode()) ?? installRuntimeCallbacks();
}

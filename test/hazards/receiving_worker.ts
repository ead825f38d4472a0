/** A thread that calls what it can of what it is sent, and tells what answered. */
import { parentPort } from "node:worker_threads";

const usable: string[] = [];

parentPort?.on("message", ({ name, value }: { name: string; value?: object }) => {
  if (value === undefined) {
    parentPort?.postMessage(usable);
    return;
  }
  for (const method of ["close", "start", "send", "readStart", "timer", "run", "lease"]) {
    const call = (value as Record<string, unknown>)[method];
    if (typeof call === "function") usable.push(`${name}.${method}`);
  }
});

/**
 * What libuv knows of this machine and this process.
 *
 *     bun samples/sysinfo.ts
 *     deno run --allow-ffi --allow-env samples/sysinfo.ts
 */
import { system } from "../src/mod.ts";

const GIB = 2 ** 30;
const gib = (bytes: number): string => `${(bytes / GIB).toFixed(1)} GiB`;

const { system: name, release, machine } = system.systemName();
const processors = system.processors();
const { userUs, systemUs } = system.resourceUsage();
const lines: Record<string, string> = {
  host: system.hostname(),
  system: `${name} ${release} on ${machine}`,
  up: `${(system.uptimeSeconds() / 3600).toFixed(1)} hours`,
  load: system.loadAverage().map((load) => load.toFixed(2)).join(" "),
  processors: `${processors.length}, ${processors[0]?.model}`,
  memory: `${gib(system.freeMemory())} of ${gib(system.totalMemory())} free`,
  user: `${system.user().name} in ${system.homeDirectory()}`,
  process: `${system.pid()} in ${system.workingDirectory()}, priority ${system.priority()}`,
  used: `${gib(system.residentSetMemory())}, ${(userUs + systemUs) / 1000} ms`,
};
for (const [what, value] of Object.entries(lines)) console.log(`${what.padEnd(12)}${value}`);
for (const { name, address, isInternal } of system.networkInterfaces()) {
  console.log(`${name.padEnd(12)}${address}${isInternal ? " (internal)" : ""}`);
}

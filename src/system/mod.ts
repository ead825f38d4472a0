/**
 * The system and this process, as libuv knows them: calls that answer at once, for machines and
 * for everybody else (`rotor-uv/system`). All throw `LibraryError` where libuv cannot be used.
 *
 * @module
 */
export { clockTime, hrtime, timeOfDayUs } from "./clock.ts";
export { environment, getVariable, setVariable, unsetVariable } from "./environment.ts";
export {
  availableMemory,
  availableParallelism,
  constrainedMemory,
  freeMemory,
  hostname,
  type InterfaceAddress,
  interfaceName,
  loadAverage,
  networkInterfaces,
  type Processor,
  processors,
  type SystemName,
  systemName,
  totalMemory,
  uptimeSeconds,
} from "./host.ts";
export { kill } from "./kill.ts";
export {
  changeDirectory,
  executablePath,
  parentPid,
  pid,
  priority,
  residentSetMemory,
  resourceUsage,
  setPriority,
  setTitle,
  threadUsage,
  title,
  type Usage,
  workingDirectory,
} from "./process.ts";
export { randomBytes } from "./random.ts";
export {
  setThreadAffinity,
  setThreadName,
  setThreadPriority,
  threadAffinity,
  threadName,
  threadPriority,
  threadProcessor,
} from "./thread.ts";
export { type Group, group, homeDirectory, temporaryDirectory, type User, user } from "./users.ts";

/** The machine and its system: names, processors, load, memory, network interfaces. */
import { systemFunctions } from "../../ffi/system/functions.ts";
import { type InterfaceAddress, readInterfaces } from "../../ffi/system/interfaces.ts";
import { type Processor, readProcessors } from "../../ffi/system/processors.ts";
import { readText } from "../../ffi/system/text.ts";
import { readLoad, readNumber, readSystemName, type SystemName } from "../../ffi/system/values.ts";
import { integer } from "../handle/argument.ts";
import { answer } from "./answer.ts";

export type { InterfaceAddress, Processor, SystemName };

/** The names of the system and its kernel (`uv_os_uname`). */
export function systemName(): SystemName {
  const { status, name } = readSystemName();
  return answer(status, name, "read", "the system's name");
}

/** The name of this machine in its network (`uv_os_gethostname`). */
export function hostname(): string {
  const { status, text } = readText(systemFunctions().uv_os_gethostname);
  return answer(status, text, "read", "the host's name");
}

/** Seconds since the system was started (`uv_uptime`). */
export function uptimeSeconds(): number {
  const { status, value } = readNumber("f64", systemFunctions().uv_uptime);
  return answer(status, value, "read", "the uptime");
}

/** The load over 1, 5 and 15 minutes; 0 where the system has no such thing (`uv_loadavg`). */
export function loadAverage(): [one: number, five: number, fifteen: number] {
  return readLoad();
}

/** All processors of the machine (`uv_cpu_info`). */
export function processors(): Processor[] {
  const { status, items } = readProcessors();
  return answer(status, items, "read", "the processors");
}

/** Processors that this process may use at a time (`uv_available_parallelism`). */
export function availableParallelism(): number {
  return systemFunctions().uv_available_parallelism();
}

/** Memory of the machine, in bytes (`uv_get_total_memory`). */
export function totalMemory(): number {
  return Number(systemFunctions().uv_get_total_memory());
}

/** Memory that is free, in bytes (`uv_get_free_memory`). */
export function freeMemory(): number {
  return Number(systemFunctions().uv_get_free_memory());
}

/**
 * The limit of this process' control group, in bytes (`uv_get_constrained_memory`): 0, or more than
 * the machine has, where there is none.
 */
export function constrainedMemory(): number {
  return Number(systemFunctions().uv_get_constrained_memory());
}

/**
 * Memory that this process can still have, in bytes (`uv_get_available_memory`).
 *
 * @throws {LibraryError} before libuv 1.45
 */
export function availableMemory(): number {
  return Number(systemFunctions().uv_get_available_memory());
}

/** The addresses of all network interfaces that are up (`uv_interface_addresses`). */
export function networkInterfaces(): InterfaceAddress[] {
  const { status, items } = readInterfaces();
  return answer(status, items, "read", "the network interfaces");
}

/**
 * The name of a network interface, as IPv6 addresses have it behind their `%`.
 *
 * @param index its number, which the scope of a socket address carries (`uv_if_indextoname`)
 * @throws {UvError} ENXIO for a number that is none
 */
export function interfaceName(index: number): string {
  const number = integer(index, "index", 0, 2 ** 32 - 1);
  const { uv_if_indextoname } = systemFunctions();
  const { status, text } = readText((name, size) => uv_if_indextoname(number, name, size));
  return answer(status, text, "name", `interface ${index}`);
}

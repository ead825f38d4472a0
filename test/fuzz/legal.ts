/** Arguments that are legal by themselves, whether or not this is the moment for them. */
import type { Memory } from "../../src/mod.ts";
import { nameObject } from "./trace.ts";
import type { World } from "./world.ts";

const SHORT = 64;
const LONG = 40_000;
const TIME_MS_MAX = 3;

/** A short time. */
export function shortMs(world: World): number {
  return world.random.below(TIME_MS_MAX);
}

/** An address of this machine. */
export function loopback(world: World): string {
  return world.random.pick(["127.0.0.1", "127.0.0.1", "127.0.0.1", "::1", "127.0.0.2"]);
}

/** A port: of one of our sockets, any, or one where nobody listens. */
export function port(world: World): number {
  const socket = world.takeOf("tcp", "udp") as
    | { localAddress(): { readonly port: number } }
    | undefined;
  if (socket === undefined || world.chance(1, 8)) return world.random.pick([0, 1, 9]);
  try {
    return socket.localAddress().port;
  } catch {
    return 0;
  }
}

/** Bytes, mostly few. */
export function bytes(world: World): Uint8Array<ArrayBuffer> {
  const length = world.chance(1, 6) ? world.random.below(LONG) : world.random.below(SHORT);
  return new Uint8Array(length).fill(world.random.below(256));
}

/** What can be written. */
export function writable(world: World): unknown {
  return world.oneOf<unknown>(
    () => bytes(world),
    () => "text".repeat(world.random.below(SHORT)),
    () => world.take("block") ?? bytes(world),
    () => world.take("block") ?? bytes(world),
    () => world.take("chain") ?? bytes(world),
    () => world.take("pinned") ?? bytes(world),
    () => world.take("foreign") ?? bytes(world),
    () => new SharedArrayBuffer(world.random.below(SHORT)),
  );
}

/** Some memory that is counted; undefined if there is none. */
export function memory(world: World): Memory | undefined {
  return world.takeOf("block", "block", "pinned", "foreign", "heap block") as Memory | undefined;
}

/** An offset, often within a short range. */
export function offset(world: World): number {
  return world.chance(1, 8) ? world.random.below(LONG) : world.random.below(SHORT);
}

export function boolean(world: World): boolean {
  return world.chance(1, 2);
}

/** The argument, or none. */
export function maybe(world: World, make: () => unknown): unknown[] {
  return world.chance(1, 2) ? [make()] : [];
}

/** Some of the options. */
export function options(
  world: World,
  all: { readonly [name: string]: () => unknown },
): Record<string, unknown> {
  const names = Object.keys(all).filter(() => world.chance(1, 3));
  return Object.fromEntries(names.map((name) => [name, all[name]?.()]));
}

/** A path in the fuzzer's folder: few names, so that they are met again. */
export function path(world: World): string {
  const name = world.random.pick(["a", "b", "c", "d", "e", "dir", "dir/f", "dir/g", "link"]);
  return `${world.folder}/${name}`;
}

/** A signal that does no harm, also to those who do not watch it. */
export function harmlessSignal(world: World): string {
  return world.random.pick(["SIGWINCH", "SIGURG", "SIGCONT"]);
}

/** An aborted signal, or one that is going to be. */
export function abortSignal(world: World): AbortSignal {
  const controller = new AbortController();
  world.keep("controller", controller);
  if (world.chance(1, 4)) controller.abort();
  return nameObject(controller.signal, "signal");
}

import type { World } from "./world.ts";
import { nameObject } from "./trace.ts";
import { HostileError } from "./verdict.ts";

/** The longest text; longer ones only take longer. */
const huge = "x".repeat(100_000);

const plain: readonly unknown[] = [
  NaN,
  -0,
  -1,
  0,
  0.5,
  Infinity,
  -Infinity,
  2 ** 31,
  2 ** 32,
  2 ** 53,
  -(2 ** 53),
  1e300,
  0n,
  2n ** 64n,
  "",
  "\0",
  "a\0b",
  "\ud800",
  huge,
  null,
  undefined,
  true,
  false,
];

/** Numbers from here on may be taken at their word. */
const BIG = 1 << 16;

function detached(): Uint8Array {
  const bytes = new Uint8Array(64);
  bytes.buffer.transfer();
  return bytes;
}

function growable(): unknown {
  return new Uint8Array(
    new (SharedArrayBuffer as unknown as new (n: number, o: object) => SharedArrayBuffer)(64, {
      maxByteLength: 128,
    }),
  );
}

/** Bytes that lie about themselves. */
class LyingBytes extends Uint8Array {
  override get length(): number {
    return 2 ** 30;
  }
  override get byteLength(): number {
    return 2 ** 30;
  }
  override get byteOffset(): number {
    return 2 ** 20;
  }
}

type Maker = (world: World) => unknown;

const made: readonly Maker[] = [
  () => ({}),
  () => [],
  () => Object.create(null),
  () => Object.freeze({ readable: true, once: true, family: 4, position: 1 }),
  () => Object.freeze([NaN, null, "a"]),
  () => new Array(5000).fill("x"),
  () => () => {},
  () => class {},
  () => Symbol("hostile"),
  () => new Date(NaN),
  () => Promise.resolve(1),
  () => new Map([[1, 2]]),
  () => new Float64Array(4),
  () => new DataView(new ArrayBuffer(8)),
  () => new ArrayBuffer(64),
  () => new SharedArrayBuffer(64),
  () => detached(),
  () => growable(),
  () => new Uint8Array(new ArrayBuffer(64, { maxByteLength: 128 })),
  () => nameObject(new LyingBytes(8), "lying bytes"),
  () => throwing(),
  () => revoked(),
  (world) => reentrant(world),
  (world) => world.stranger.pick(world.random),
  (world) => world.takeAny(),
  (world) => world.takeAny(),
];

/** Throws whatever is done with it. */
function throwing(): object {
  const fail = (): never => {
    throw new HostileError("a trap");
  };
  const handler = { get: fail, has: fail, ownKeys: fail, getPrototypeOf: fail };
  return nameObject(new Proxy({}, handler), "throwing proxy");
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return nameObject(proxy, "revoked proxy");
}

/** Does something with the loop when it is made a number or a text. */
function reentrant(world: World): object {
  const act = (): number => {
    world.actInside();
    return 1;
  };
  const value = { valueOf: act, toString: act, [Symbol.toPrimitive]: act };
  return nameObject(value, "re-entrant object");
}

/** A value that no argument of a kind expects, or one that it does at a bad moment. */
export function hostileValue(world: World, small: boolean): unknown {
  for (;;) {
    const value = world.random.below(2) === 0
      ? world.random.pick(plain)
      : world.random.pick(made)(world);
    if (small && typeof value === "number" && Number.isSafeInteger(value) && value > BIG) continue;
    return value;
  }
}

/** The same object, but each look at it does something with the loop as well. */
export function sly(world: World, value: object): object {
  const proxy = new Proxy(value, {
    get(target, key) {
      world.actInside();
      const property: unknown = Reflect.get(target, key, target);
      return typeof property === "function" ? property.bind(target) : property;
    },
  });
  return nameObject(proxy, "sly proxy");
}

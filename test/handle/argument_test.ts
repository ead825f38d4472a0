import assert from "node:assert/strict";
import { done, UvError } from "../../src/mod.ts";
import { once, play, run } from "../fixtures/handle_machine.ts";
import { abstractName, ipv4, socketPath, unixPath } from "../fixtures/handle_transport.ts";
import { testLoop } from "../harness.ts";

type Method = (...values: unknown[]) => unknown;
type ErrorClass = typeof TypeError | typeof RangeError;

/** A method with arguments that it must refuse, with that error, before anything native runs. */
interface Refusal {
  readonly method: string;
  readonly values: readonly unknown[];
  readonly error: ErrorClass;
}

const notNumbers = [undefined, null, "1", true, 1n, {}, [], Symbol("1"), () => 1];
const notBooleans = [undefined, null, 0, 1, "true", {}];
const notStrings = [undefined, null, 1, true, {}, ["127.0.0.1"], Symbol("x"), 1n];

/** Numbers that are no integer from `min` to `max`. */
function outOf(min: number, max: number): readonly number[] {
  return [NaN, Infinity, -Infinity, 0.5, min - 1, max + 1, -(2 ** 53), 2 ** 64];
}

/** Refusals of one argument, the others being right. */
function refuse(
  method: string,
  error: ErrorClass,
  wrong: readonly unknown[],
  before: readonly unknown[] = [],
  after: readonly unknown[] = [],
): readonly Refusal[] {
  return wrong.map((value) => ({ method, values: [...before, value, ...after], error }));
}

/** `undefined` asks for the default. */
const given = <T>(values: readonly T[]): readonly T[] => values.filter((v) => v !== undefined);

const open: readonly Refusal[] = [
  ...refuse("open", TypeError, notNumbers),
  ...refuse("open", RangeError, outOf(0, 2 ** 31 - 1)),
];

const stream: readonly Refusal[] = [
  ...open,
  ...refuse("listen", TypeError, given(notNumbers)),
  ...refuse("listen", RangeError, outOf(1, 65535)),
];

const names = [
  ...refuse("bind", TypeError, notStrings),
  ...refuse("connect", TypeError, notStrings),
];

const addresses = [
  "",
  "localhost",
  "256.0.0.1",
  "1.2.3",
  "1.2.3.4.5",
  "::g",
  "[::1]",
  "127.0.0.1:80",
]
  .concat(" 127.0.0.1", "127.0.0.1\0", "127.0.0.1\0.example.org", "::1\0", "x".repeat(300));
const paths = ["", "\0", "x".repeat(108), "x".repeat(258), `\0${"x".repeat(108)}`, "ä".repeat(54)]
  .concat("a\0b", "/tmp/x\0", "€".repeat(36));

const refusals: Readonly<Record<"tcp" | "pipe" | "timer" | "signal", readonly Refusal[]>> = {
  tcp: [
    ...stream,
    ...refuse("bind", TypeError, notStrings, [], [0]),
    ...refuse("bind", RangeError, addresses, [], [0]),
    ...refuse("bind", TypeError, notNumbers, ["127.0.0.1"]),
    ...refuse("bind", RangeError, outOf(0, 65535), ["127.0.0.1"]),
    ...refuse("bind", TypeError, [null, 1, "ipv6Only", true], ["::1", 0]),
    ...refuse("bind", TypeError, given(notBooleans).map((ipv6Only) => ({ ipv6Only })), ["::1", 0]),
    ...refuse("connect", TypeError, notStrings, [], [80]),
    ...refuse("connect", RangeError, addresses, [], [80]),
    ...refuse("connect", TypeError, notNumbers, ["127.0.0.1"]),
    ...refuse("connect", RangeError, outOf(0, 65535), ["127.0.0.1"]),
    ...refuse("nodelay", TypeError, notBooleans),
    ...refuse("keepalive", TypeError, notBooleans),
    ...refuse("keepalive", TypeError, given(notNumbers), [true]),
    ...refuse("keepalive", RangeError, outOf(1, 32767), [true]),
    ...refuse("simultaneousAccepts", TypeError, notBooleans),
  ],
  pipe: [
    ...stream,
    ...names,
    ...refuse("bind", RangeError, paths),
    ...refuse("connect", RangeError, paths),
    ...refuse("chmod", TypeError, notStrings),
    ...refuse("chmod", RangeError, ["", "r", "READABLE", "toString", "__proto__"]),
  ],
  timer: [
    ...refuse("start", TypeError, notNumbers),
    ...refuse("start", RangeError, outOf(0, Number.MAX_SAFE_INTEGER)),
    ...refuse("start", TypeError, given(notNumbers), [1]),
    ...refuse("start", RangeError, outOf(0, Number.MAX_SAFE_INTEGER), [1]),
  ],
  signal: [
    ...refuse("start", TypeError, notStrings.filter((value) => typeof value !== "number")),
    ...refuse("start", RangeError, [...outOf(1, 64), 0, "", "sigint", "INT", "SIGNOTHING"]),
    ...refuse("start", RangeError, ["toString", "__proto__", "constructor", "hasOwnProperty"]),
  ],
};

const writes: readonly unknown[] = [undefined, null, 0, 1n, true, {}, [], [1, 2], Symbol("x")]
  .concat(new ArrayBuffer(8), new DataView(new ArrayBuffer(8)), new Uint16Array(4), () => "text")
  .concat(Promise.resolve("text"), { length: 3 }, new Date());

function text(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, 20));
  if (typeof value === "object" && value !== null) return Object.prototype.toString.call(value);
  return typeof value === "bigint" ? `${value}n` : String(value);
}

for (const kind of ["tcp", "pipe", "timer", "signal"] as const) {
  const methods = new Set(refusals[kind].map(({ method }) => method));
  for (const name of methods) {
    testLoop(`${kind}.${name}() refuses wrong arguments, and the handle is as it was`, (t) => {
      once(t, (scope) => {
        const handle = scope[kind]();
        const call = (handle as unknown as Record<string, Method>)[name] as Method;
        for (const { values, error } of refusals[kind].filter(({ method }) => method === name)) {
          assert.throws(
            () => call.apply(handle, [...values]),
            (thrown) => {
              const what = `${name}(${values.map(text)}) threw ${thrown}`;
              assert.ok(thrown instanceof error, `${what}, no ${error.name}`);
              return true;
            },
            `${name}(${values.map(text)}) was taken`,
          );
          assert.equal(handle.state, "open");
        }
        if (handle.kind === "tcp") handle.bind("127.0.0.1", 0);
        if (handle.kind === "pipe") handle.bind(abstractName());
        if (handle.kind === "tcp" || handle.kind === "pipe") handle.listen();
      });
    });
  }
}

for (const transport of [ipv4, unixPath]) {
  testLoop(`write() refuses what is neither bytes, text nor a block: ${transport.name}`, (t) => {
    play(t, (scope) => {
      const { connect } = transport.listen(scope);
      const stream = connect(scope);
      const tryAll = (): void => {
        for (const value of writes) {
          assert.throws(() => stream.write(value as string), TypeError, `${text(value)} was taken`);
        }
      };
      tryAll();
      assert.equal(stream.writeQueueSize, 0);
      return {
        connection: ({ stream }) => stream.readStart(),
        connected() {
          tryAll();
          stream.write("taken");
          tryAll();
          stream.shutdown();
        },
        read({ bytes }) {
          t.events.push(new TextDecoder().decode(bytes));
        },
        shutdown: () => {},
        end: () => done(),
      };
    });
    run(t);
    assert.deepEqual(t.events, ["taken"]);
  });
}

testLoop("-0 is 0: as a port, a descriptor and a time", (t) => {
  once(t, (scope) => {
    scope.tcp().bind("127.0.0.1", -0);
    scope.timer().start(-0, -0);
    try {
      scope.tcp().open(-0); // standard input: whether it is a socket is not ours to say
    } catch (error) {
      assert.ok(error instanceof UvError);
    }
  });
});

testLoop("a port out of range, and a path of 258 characters, are RangeErrors that say so", (t) => {
  once(t, (scope) => {
    assert.throws(() => scope.tcp().bind("127.0.0.1", 65536), /port .* 0 to 65535, not 65536/);
    assert.throws(() => scope.tcp().connect("127.0.0.1", -1), /port .* 0 to 65535, not -1/);
    assert.throws(() => scope.pipe().bind("x".repeat(258)), /at most 107 bytes, not 258/);
    assert.throws(() => scope.pipe().connect("x".repeat(258)), /at most 107 bytes, not 258/);
    scope.pipe().bind(socketPath());
  });
});

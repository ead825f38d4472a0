import type { Callback, Native, Port, Signature } from "./port.ts";

type Definition = Deno.ForeignFunction<Deno.NativeType[], Deno.NativeResultType, boolean>;

function definitionOf({ parameters, result }: Signature, nonblocking: boolean): Definition {
  return { parameters: [...parameters], result, nonblocking } as Definition;
}

function open<K extends string>(
  path: string,
  table: Readonly<Record<K, Signature>>,
  nonblocking: boolean,
): Record<K, Native> {
  const definitions = Object.entries<Signature>(table).map(
    ([name, signature]) => [name, definitionOf(signature, nonblocking)],
  );
  return Deno.dlopen(path, Object.fromEntries(definitions)).symbols as Record<K, Native>;
}

function makeCallback(
  { parameters, result }: Signature,
  body: (...args: never[]) => unknown,
  isThreadSafe: boolean,
): Callback {
  const definition = { parameters: [...parameters], result } as Deno.UnsafeCallbackDefinition;
  const run = body as (...args: unknown[]) => void;
  return isThreadSafe
    ? Deno.UnsafeCallback.threadSafe(definition, run)
    : new Deno.UnsafeCallback(definition, run);
}

/** Those that are alive: a collected callback would leave C with a dangling pointer. */
const callbacks: Callback[] = [];

function keep(callback: Callback): Callback {
  callbacks.push(callback);
  return callback;
}

/** Deno's foreign function interface; needs `--allow-ffi`. */
export function denoPort(): Port {
  return {
    name: "deno",
    lacks: ["i64_fast", "u64_fast"],
    takesNumbersFor64: true,
    trueValue: true,
    open: (path, table) => open(path, table, false),
    openNonblocking: (path, table) => open(path, table, true),
    pointerCalls: [{
      name: "UnsafeFnPointer",
      make: (pointer, signature) => {
        const definition = definitionOf(signature, false);
        const made = new Deno.UnsafeFnPointer(pointer as Deno.PointerObject<never>, definition);
        return made.call.bind(made) as Native;
      },
    }],
    callback: (signature, body) => keep(makeCallback(signature, body, false)),
    threadSafeCallback: (signature, body) => keep(makeCallback(signature, body, true)),
    postsCallbacks: false,
    pointerOf: (bytes) => Deno.UnsafePointer.of(bytes),
    keyOf: (pointer) => Deno.UnsafePointer.value(pointer as Deno.PointerValue),
  };
}

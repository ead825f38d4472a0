/** Registers tests with the runner of whichever runtime this is; assertions are node:assert's. */
import process from "node:process";

type Body = () => void | Promise<void>;
type Register = (name: string, body: Body) => void;

/** Bun's own limit is 5 s; an emulated machine needs more. */
const TIMEOUT_MS = 60_000;

function findRegister(): Register {
  if ("Deno" in globalThis) return (name, body) => Deno.test(name, body);
  const bun = process.getBuiltinModule("bun:test") as unknown as {
    test(name: string, body: Body, timeoutMs: number): void;
  };
  return (name, body) => bun.test(name, body, TIMEOUT_MS);
}

/** Registers one test. Its name is a sentence. */
export const test: Register = findRegister();

/**
 * The environment as C code sees it, and as children of `scope.process` inherit it. The runtimes
 * copy it when they start: Bun's `process.env` and this one do not follow each other.
 *
 * Setting a variable while another thread reads one is a race in C libraries, which no lock of
 * ours can end: change the environment before threads are started.
 */
import { errorNumber } from "../../ffi/libuv/error_number.ts";
import { withTexts } from "../../ffi/memory/text_arguments.ts";
import { readEnvironment } from "../../ffi/system/environment.ts";
import { systemFunctions } from "../../ffi/system/functions.ts";
import { readText } from "../../ffi/system/text.ts";
import { cText } from "../handle/argument.ts";
import { answer } from "./answer.ts";

/** All variables (`uv_os_environ`). */
export function environment(): Map<string, string> {
  const { status, items } = readEnvironment();
  return new Map(answer(status, items, "read", "the environment"));
}

/** The value of a variable, or undefined (`uv_os_getenv`). */
export function getVariable(name: string): string | undefined {
  const { uv_os_getenv } = systemFunctions();
  const { status, text } = withTexts(
    [variable(name)],
    (pointer) => readText((value, size) => uv_os_getenv(pointer, value, size)),
  );
  return status === errorNumber("UV_ENOENT") ? undefined : answer(status, text, "read", name);
}

/** Sets a variable (`uv_os_setenv`). */
export function setVariable(name: string, value: string): void {
  const { uv_os_setenv } = systemFunctions();
  const texts = [variable(name), cText(value, "value")];
  const status = withTexts(texts, uv_os_setenv);
  answer(status, undefined, "set", name);
}

/** Removes a variable, if there is one (`uv_os_unsetenv`). */
export function unsetVariable(name: string): void {
  const { uv_os_unsetenv } = systemFunctions();
  const status = withTexts([variable(name)], uv_os_unsetenv);
  answer(status, undefined, "remove", name);
}

function variable(name: string): string {
  const text = cText(name, "name");
  if (text === "" || text.includes("=")) {
    throw new RangeError(`name must not be empty, nor contain "=": ${JSON.stringify(text)}`);
  }
  return text;
}

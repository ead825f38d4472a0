import { Region } from "../memory/region.ts";
import { openLibrary } from "./library.ts";

const TEXT_BYTES = 256;

/** An error number in libuv's own words: `ECONNREFUSED`, `connection refused`. */
export interface ErrorText {
  readonly name: string;
  readonly text: string;
}

const known = new Map<number, ErrorText>();

/** What libuv calls an error (`uv_err_name_r`, `uv_strerror_r`). @param code negative */
export function errorText(code: number): ErrorText {
  let found = known.get(code);
  if (found === undefined) known.set(code, found = ask(code));
  return found;
}

function ask(code: number): ErrorText {
  const { core } = openLibrary();
  const region = new Region(TEXT_BYTES);
  core.uv_err_name_r(code, region.pointer, TEXT_BYTES);
  const name = region.text(0);
  core.uv_strerror_r(code, region.pointer, TEXT_BYTES);
  const text = region.text(0);
  region.free();
  return { name, text };
}

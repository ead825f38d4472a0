import { errorNumber } from "../libuv/error_number.ts";
import { Region } from "../memory/region.ts";
import { withTexts } from "../memory/text_arguments.ts";
import { systemFunctions } from "./functions.ts";
import type { TextResult } from "./text.ts";

/** Bytes that a title may have; the kernel shows the first 15 of them as the name of the thread. */
export const TITLE_BYTES_MAX = 255;

const POINTER_BYTES = 8;
const TEXT_BYTES = 4096;

/**
 * Reads the title of the process (`uv_get_process_title`).
 *
 * @param first what it is before one is set
 */
export function readTitle(first: string): TextResult {
  const uv = systemFunctions();
  const region = new Region(TEXT_BYTES);
  const read = () => uv.uv_get_process_title(region.pointer, TEXT_BYTES);
  let status = read();
  if (status === errorNumber("UV_ENOBUFS")) {
    setUp(first);
    status = read();
  }
  const text = status < 0 ? "" : region.text(0);
  region.free();
  return { status, text };
}

/** Sets the title of the process (`uv_set_process_title`). @param first as for `readTitle` */
export function writeTitle(title: string, first: string): number {
  readTitle(first);
  return withTexts([title], systemFunctions().uv_set_process_title);
}

/**
 * libuv writes titles over the arguments of the process (`uv_setup_args`), which the runtime owns;
 * it is given arguments of ours: the first is the title, the second makes room for a longer one.
 *
 * SAFETY: libuv keeps the memory as long as it lives, so it is never freed.
 */
function setUp(first: string): void {
  const textAt = 3 * POINTER_BYTES;
  const memory = new Region(TEXT_BYTES);
  const title = new TextEncoder().encode(first).subarray(0, TITLE_BYTES_MAX);
  const roomAt = textAt + title.length + 1;
  memory.u8.set(title, textAt);
  memory.u8.fill(0x20, roomAt, roomAt + TITLE_BYTES_MAX);
  memory.setWord(0, memory.address + textAt);
  memory.setWord(POINTER_BYTES, memory.address + roomAt);
  systemFunctions().uv_setup_args(2, memory.pointer);
}

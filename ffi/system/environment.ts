import { uv_env_item_t } from "../libuv/layouts.ts";
import { nativeText } from "../memory/native_text.ts";
import { systemFunctions } from "./functions.ts";
import { type ListResult, readList, wordOf } from "./list.ts";

/** Reads all variables, as names and values (`uv_os_environ`). */
export function readEnvironment(): ListResult<[name: string, value: string]> {
  const uv = systemFunctions();
  return readList({
    itemBytes: uv_env_item_t.size,
    make: uv.uv_os_environ,
    read: (item) => [
      nativeText(wordOf(item, uv_env_item_t.name)),
      nativeText(wordOf(item, uv_env_item_t.value)),
    ],
    free: uv.uv_os_free_environ,
  });
}

import { family } from "./family.ts";

/** The functions of `uv_check_t` and `uv_idle_t` that the loop itself does not use. */
export const hookFunctions = family([
  "uv_check_stop",
  "uv_idle_init",
  "uv_idle_start",
  "uv_idle_stop",
]);

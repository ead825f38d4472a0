import { family } from "./family.ts";

/** The functions of watchers of descriptors. */
export const pollFunctions = family(["uv_poll_init", "uv_poll_start", "uv_poll_stop"]);

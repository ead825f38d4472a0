import { cpus } from "node:os";

/** Where servers run; what measures them has a CPU of its own, where there is one. */
export const SERVER_CPU = 0;
export const LOAD_CPU = cpus().length > 1 ? 1 : 0;

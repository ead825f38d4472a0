/** The thread of a loop thread: see `loop_thread.ts`. */
import { workerData } from "node:worker_threads";
import { ThreadHost } from "./thread_host.ts";
import type { ThreadData } from "./thread_messages.ts";

// Deno keeps two descriptors of a thread that is ended while its module awaits something.
void new ThreadHost(workerData as ThreadData).run();

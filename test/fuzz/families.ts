import type { Family } from "./action.ts";
import { chains, memories } from "./actions/memory.ts";
import { files, syncFiles } from "./actions/files.ts";
import { loops, scopes, sessions } from "./actions/loop.ts";
import { pipe } from "./actions/pipe.ts";
import { processes } from "./actions/process.ts";
import { protocols } from "./actions/protocols.ts";
import { requests } from "./actions/requests.ts";
import { systems } from "./actions/system.ts";
import { tcp } from "./actions/tcp.ts";
import { terminal } from "./actions/terminal.ts";
import { threads } from "./actions/threads.ts";
import { udp } from "./actions/udp.ts";
import { asyncs, fsWatchers, hooks, poll, signal, timer } from "./actions/watchers.ts";

/** All that a sequence may do. A new class gets a file in `actions/` and a line here. */
export const families: readonly Family[] = [
  tcp,
  pipe,
  udp,
  terminal,
  timer,
  hooks,
  asyncs,
  signal,
  poll,
  fsWatchers,
  processes,
  requests,
  files,
  syncFiles,
  memories,
  chains,
  loops,
  scopes,
  sessions,
  threads,
  protocols,
  systems,
];

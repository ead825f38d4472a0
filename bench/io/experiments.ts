/** The experiments of the I/O lab, in the order in which they are run. */

import type { Experiment } from "../result.ts";
import { connections } from "./connections.ts";
import { blocks, copyThreshold, deadlines } from "./costs.ts";
import { accept, echo, echoLarge, echoPipelined, udpEcho } from "./echo.ts";
import { fileReads } from "./file_reads.ts";
import { heap } from "./heap.ts";
import { idle } from "./idle.ts";
import { proxy } from "./proxy.ts";
import { stalled } from "./stalled.ts";
import { startUp } from "./start_up.ts";
import { channels, coalesced, pump, pumpLoad } from "./threads.ts";
import { timers } from "./timers.ts";
import { calls, wakeups } from "./wakeups.ts";

export const ioExperiments: readonly Experiment[] = [
  echo,
  echoPipelined,
  echoLarge,
  accept,
  idle,
  proxy,
  udpEcho,
  timers,
  wakeups,
  calls,
  channels,
  fileReads,
  startUp,
  stalled,
  connections,
  heap,
  pump,
  pumpLoad,
  coalesced,
  blocks,
  deadlines,
  copyThreshold,
];

/**
 * One child process of the FFI lab: measures one list of cases in the runtime that runs it, and
 * prints a `Report`. Argument: a `Task`, as JSON.
 */

import process from "node:process";
import type { CaseList } from "./case.ts";
import { CASE_LISTS, listWithoutLibrary } from "./case_lists.ts";
import { userCases } from "./cases/user.ts";
import { currentPort } from "./current_port.ts";
import { measure } from "./measure.ts";
import type { Port } from "./port.ts";
import type { Report, Task } from "./report.ts";

const KEEP_ALIVE_MS = 1000;

function casesOf(task: Task, port: Port): CaseList {
  if (task.list === "user") return userCases(port, task.user);
  if (task.library === null) return listWithoutLibrary(task.list, port);
  return CASE_LISTS[task.list](port, task.library);
}

async function reportOn(task: Task): Promise<Report> {
  const port = currentPort();
  if (port === undefined) {
    return { measured: [], notes: [`node ${process.version} has no node:ffi (26.1 or later has)`] };
  }
  const { cases, notes } = casesOf(task, port);
  return { measured: await measure(cases, task.settings), notes };
}

// A callback from another thread does not keep Bun alive while it is on its way.
setInterval(() => {}, KEEP_ALIVE_MS);
const report = await reportOn(JSON.parse(process.argv[2] as string) as Task);
// Callbacks stay open, and would keep Deno alive.
process.stdout.write(`${JSON.stringify(report)}\n`, () => process.exit(0));

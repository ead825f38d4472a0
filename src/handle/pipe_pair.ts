import { type DescriptorPair, makePipe, makeSocketPair } from "../../ffi/libuv/handle_passing.ts";
import { UvError } from "../error/uv_error.ts";
import type { PipeOptions } from "../io/pipe.ts";
import type { MachineEntry } from "../loop/machine_entry.ts";
import { closeFd } from "./adopted_fd.ts";
import { boolean, optionsObject } from "./argument.ts";
import { PipeHandle } from "./pipe.ts";

/** A pipe of a machine; see `Scope.pipe`. @throws {TypeError} for options of a wrong type */
export function newPipe(owner: MachineEntry, options: PipeOptions = {}): PipeHandle {
  return new PipeHandle(owner.core, owner, passesHandles(options));
}

/** Both ends of a pipe (`uv_pipe`); see `Scope.pipePair`. */
export function pipePair(owner: MachineEntry): [PipeHandle, PipeHandle] {
  return adopt(owner, makePipe(), false, "a pipe");
}

/** Two connected sockets (`uv_socketpair`); see `Scope.socketPair`. */
export function socketPair(
  owner: MachineEntry,
  options: PipeOptions = {},
): [PipeHandle, PipeHandle] {
  const ipc = passesHandles(options);
  return adopt(owner, makeSocketPair(), ipc, "a pair of sockets");
}

function adopt(
  owner: MachineEntry,
  fds: DescriptorPair,
  ipc: boolean,
  subject: string,
): [PipeHandle, PipeHandle] {
  if (typeof fds === "number") throw new UvError(fds, "make", subject);
  const ends = [
    new PipeHandle(owner.core, undefined, ipc),
    new PipeHandle(owner.core, undefined, ipc),
  ];
  const [first, second] = ends as [PipeHandle, PipeHandle];
  try {
    first.own(fds[0]); // it closes what it cannot open
  } catch (error) {
    closeFd(fds[1]);
    for (const end of ends) end.close();
    throw error;
  }
  try {
    second.own(fds[1]);
  } catch (error) {
    for (const end of ends) end.close();
    throw error;
  }
  for (const end of ends) end.moveTo(owner);
  return [first, second];
}

function passesHandles(options: PipeOptions): boolean {
  const { ipc = false } = optionsObject(options);
  return boolean(ipc, "ipc");
}

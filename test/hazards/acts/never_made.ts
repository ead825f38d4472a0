/** `uv_close` on a zeroed handle: SIGABRT. */
import type { Handle, Scope } from "../../../src/mod.ts";
import { type Act, act, type Acts, actsOn, live, refusal } from "../act.ts";
import { made, type MakeHandle } from "../every_handle.ts";

/** What the interfaces of handles offer to be called. */
const methods = [
  ...["close", "closeReset", "start", "stop", "again", "send", "path", "kill"],
  ...["open", "bind", "connect", "disconnect", "listen", "acceptStop", "acceptStart", "detach"],
  ...["readStart", "readStop", "write", "requestFlushed", "shutdown", "sendHandle", "chmod"],
  ...["receiveStart", "receiveStop", "trySend", "reply", "requestSent", "nodelay", "keepalive"],
  ...["localAddress", "remoteAddress", "localName", "remoteName", "simultaneousAccepts"],
  ...["joinGroup", "leaveGroup", "multicastLoop", "multicastTtl", "multicastInterface"],
  ...["broadcast", "ttl", "setMode", "windowSize"],
];

/** And to be read. */
const properties = [
  ...["state", "isActive", "isReadable", "isWritable", "isRunning", "pid", "stdio", "ipc"],
  ...["writeQueueSize", "unsentSize", "sendQueueSize", "sendQueueCount", "repeatMs", "dueInMs"],
  ...["mode"],
];

/** An object with the methods of a handle, and nothing behind them. */
function emptyLike(handle: Handle): Record<string, unknown> {
  return Object.create(Object.getPrototypeOf(handle)) as Record<string, unknown>;
}

/** Calls every method of what has none of the state that its constructor makes. */
function useEmpty(make: MakeHandle): Act {
  return act([], (t) =>
    live(t, (scope) => {
      const empty = emptyLike(make(scope));
      for (const name of properties) refusal(() => empty[name]);
      for (const name of methods) {
        const method = empty[name];
        if (typeof method !== "function") continue;
        if (refusal(() => method.call(empty)) === "allowed") t.events.push(`${name} is allowed`);
      }
    }));
}

/** What makes no handle. */
const failing: Readonly<Record<string, (scope: Scope) => Handle>> = {
  "EBADF: a poll of no descriptor": (scope) => scope.poll(9999),
  "EBADF: a tty of no descriptor": (scope) => scope.tty(9999),
  "ENOENT: a process of no program": (scope) => scope.process({ file: "/nowhere" }),
  "RangeError: a udp of no size": (scope) => scope.udp({ datagramBytesMax: 2 ** 40 }),
};

/** Fails to make a handle: nothing is kept that the end of the machine would close. */
function failToMake(make: MakeHandle, name: string): Act {
  return act([name.slice(0, name.indexOf(":")), "0 handles"], (t) => {
    live(t, (scope) => void t.events.push(refusal(() => make(scope))));
    t.events.push(`${t.loop.metrics().handles} handles`);
  });
}

export const acts: Acts = { ...actsOn(made, useEmpty), ...actsOn(failing, failToMake) };

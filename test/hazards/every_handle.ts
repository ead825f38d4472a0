/** One of each kind of handle, as it is made and at work. */
import { tmpdir } from "node:os";
import type { Handle, Scope } from "../../src/mod.ts";
import { closeFd, pipePair } from "../fixtures/handle_system.ts";
import { openPty } from "../fixtures/terminals.ts";

/** Long enough for never. */
const LONG_MS = 60_000;

/** Makes one for a machine. */
export type MakeHandle = (scope: Scope) => Handle;

/** Does something with descriptors that are closed afterwards; handles have duplicates. */
function lend(fds: readonly number[], make: (fd: number) => Handle): Handle {
  try {
    return make(fds[0] as number);
  } finally {
    for (const fd of fds) closeFd(fd);
  }
}

function terminal(scope: Scope): Handle {
  const { master, slave } = openPty();
  return lend([slave, master], (fd) => scope.tty(fd));
}

/** Handles that were only made. */
export const made: Readonly<Record<string, MakeHandle>> = {
  tcp: (scope) => scope.tcp(),
  pipe: (scope) => scope.pipe(),
  "ipc pipe": (scope) => scope.pipe({ ipc: true }),
  udp: (scope) => scope.udp(),
  timer: (scope) => scope.timer(),
  async: (scope) => scope.async(),
  tty: terminal,
  fsEvent: (scope) => scope.fsEvent(),
  fsPoll: (scope) => scope.fsPoll(),
  poll: (scope) => lend(pipePair(), (fd) => scope.poll(fd)),
  prepare: (scope) => scope.prepare(),
  check: (scope) => scope.check(),
  idle: (scope) => scope.idle(),
  signal: (scope) => scope.signal(),
  process: (scope) => scope.process({ file: "true" }),
};

/** Makes a handle, and sets it to work. */
function start<H extends Handle>(handle: H, begin: (handle: H) => void): H {
  begin(handle);
  return handle;
}

/** Handles that libuv works for: closing them takes something back. */
export const atWork: Readonly<Record<string, MakeHandle>> = {
  "tcp that listens": (scope) =>
    start(scope.tcp(), (tcp) => {
      tcp.bind("127.0.0.1", 0);
      tcp.listen();
    }),
  "tcp that connects": (scope) => start(scope.tcp(), (tcp) => tcp.connect("127.0.0.1", 1)),
  "pipe with a write that waits": (scope) => {
    const [reads, writes] = scope.socketPair();
    reads.readStart();
    writes.write("x");
    writes.shutdown();
    return writes;
  },
  "udp that receives": (scope) =>
    start(scope.udp(), (udp) => {
      udp.bind("127.0.0.1", 0);
      udp.receiveStart();
      udp.send("x", "127.0.0.1", udp.localAddress().port);
    }),
  "timer that repeats": (scope) => start(scope.timer(), (timer) => timer.start(LONG_MS, LONG_MS)),
  "async that was sent": (scope) => start(scope.async(), (async) => async.send()),
  "fsEvent that watches": (scope) => start(scope.fsEvent(), (each) => each.start(tmpdir())),
  "fsPoll that watches": (scope) => start(scope.fsPoll(), (each) => each.start("/", LONG_MS)),
  "poll that watches": (scope) => {
    const [readable, writable] = pipePair();
    return lend(
      [writable, readable],
      (fd) => start(scope.poll(fd), (each) => each.start({ writable: true, readable: true })),
    );
  },
  "prepare that runs": (scope) => start(scope.prepare(), (each) => each.start()),
  "check that runs": (scope) => start(scope.check(), (each) => each.start()),
  "idle that runs": (scope) => start(scope.idle(), (each) => each.start()),
  "signal that watches": (scope) => start(scope.signal(), (each) => each.start("SIGUSR2")),
  "process that runs": (scope) => scope.process({ file: "sleep", args: ["0.01"] }),
};

/** All of them. */
export const everyHandle: Readonly<Record<string, MakeHandle>> = { ...made, ...atWork };

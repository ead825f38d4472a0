/** A descriptor closed behind a stream or a poll handle, then start and run: SIGABRT. */
import {
  closeFd as closeDetached,
  done,
  type Handle,
  type Scope,
  type Stream,
  type Tcp,
  type Tty,
} from "../../../src/mod.ts";
import { play, run } from "../../fixtures/handle_machine.ts";
import {
  closeFd,
  connectedSocket,
  datagramPair,
  type Fd,
  listeningSocket,
  openFile,
  pipePair,
  socketPair,
} from "../../fixtures/handle_system.ts";
import { asTcp, connectPair, expectTextToEnd } from "../../fixtures/handle_transport.ts";
import { openPty } from "../../fixtures/terminals.ts";
import { type Act, act, type Acts, actsOn, refusal } from "../act.ts";

/** Nobody has so many. */
const NOTHING = 999_999;
/** Descriptors have the lowest numbers that are free. */
const DESCRIPTORS_MAX = 1000;

/** A handle on a descriptor of ours. */
interface Adopted {
  readonly handle: Handle;
  /** What is closed behind it. */
  readonly fds: readonly Fd[];
  readonly start: () => void;
}

function stream<S extends Stream & { open(fd: Fd): void }>(handle: S, fds: Fd[]): Adopted {
  handle.open(fds[0] as Fd);
  return {
    handle,
    fds,
    start() {
      handle.readStart();
      if (handle.isWritable) handle.write("x");
    },
  };
}

const adopted: Readonly<Record<string, (scope: Scope) => Adopted>> = {
  "a unix socket": (scope) => stream(scope.pipe(), socketPair()),
  "a pipe": (scope) => stream(scope.pipe(), pipePair()),
  "a unix socket for handles": (scope) => stream(scope.pipe({ ipc: true }), socketPair()),
  "a tcp connection": (scope) => {
    const { fd, port } = listeningSocket();
    return stream(scope.tcp(), [connectedSocket(port), fd]);
  },
  "a tcp listener": (scope) => {
    const { fd } = listeningSocket();
    const handle = scope.tcp();
    handle.open(fd);
    return { handle, fds: [fd], start: () => handle.listen() };
  },
  "a socket for datagrams": (scope) => {
    const fds = datagramPair();
    const handle = scope.udp();
    handle.open(fds[0]);
    return { handle, fds, start: () => handle.receiveStart() };
  },
  "a terminal": (scope) => {
    const { master, slave } = openPty();
    const handle: Tty = scope.tty(slave);
    return { handle, fds: [slave, master], start: () => handle.readStart() };
  },
  "a watched pipe": (scope) => {
    const fds = pipePair();
    const handle = scope.poll(fds[0]);
    return { handle, fds, start: () => handle.start({ readable: true }) };
  },
};

/** Closes the descriptors behind a handle, has their numbers taken by a file, and starts it. */
function closeBehind(make: (scope: Scope) => Adopted, when: "before" | "after"): Act {
  return act([], (t) => {
    const others: Fd[] = [];
    play(t, (scope) => {
      const { handle, fds, start } = make(scope);
      if (when === "after") start();
      for (const fd of fds) closeFd(fd);
      for (const _ of fds) others.push(openFile("/dev/null"));
      if (when === "before") start();
      const timer = scope.timer();
      timer.start(1, 1);
      let left = 3;
      const nothing = (): void => {};
      return {
        ...{ read: nothing, end: nothing, readFailed: nothing, flushed: nothing },
        ...{ writeFailed: nothing, datagram: nothing, receiveFailed: nothing },
        ...{ poll: nothing, pollFailed: nothing },
        timer() {
          if (handle.state === "open" && left === 1) handle.close();
          if (--left === 0) return done();
        },
      };
    });
    run(t);
    for (const fd of others) closeFd(fd);
  });
}

/** Everything that is given a descriptor of nothing. */
const onNothing: Readonly<Record<string, (scope: Scope, fd: Fd) => unknown>> = {
  pipe: (scope, fd) => scope.pipe().open(fd),
  tcp: (scope, fd) => scope.tcp().open(fd),
  udp: (scope, fd) => scope.udp().open(fd),
  tty: (scope, fd) => scope.tty(fd),
  poll: (scope, fd) => scope.poll(fd),
  process: (scope, fd) => scope.process({ file: "true", stdio: [fd] }),
};

const atWork = Object.fromEntries(
  Object.entries(adopted).map(([name, make]) => [`${name}, when it works`, make]),
);

export const acts: Acts = {
  ...actsOn(adopted, (make) => closeBehind(make, "before")),
  ...actsOn(atWork, (make) => closeBehind(make, "after")),

  "descriptors of nothing": act(Array<string>(6).fill("EBADF"), (t) => {
    play(t, (scope) => {
      for (const open of Object.values(onNothing)) {
        t.events.push(refusal(() => open(scope, NOTHING)));
      }
      scope.timer().start(0);
      return { timer: () => done() };
    });
    run(t);
  }),

  "every descriptor of the process": act(["EBADF"], (t) => {
    const told = new Set<string>();
    play(t, (scope) => {
      const [reads, writes] = scope.socketPair();
      for (let fd = 0; fd < DESCRIPTORS_MAX; fd++) told.add(refusal(() => closeDetached(fd)));
      reads.readStart();
      writes.write("x");
      return { read: () => done() };
    });
    run(t);
    t.events.push(...told);
  }),

  "the descriptor of a detached connection": act(
    ["ClosedError", "ClosedError", "allowed", "EBADF"],
    (t) => {
      connectPair(t, {
        server: expectTextToEnd(""),
        client(connection) {
          const tcp: Tcp = asTcp(connection);
          const fd = tcp.detach();
          t.events.push(refusal(() => tcp.readStart()), refusal(() => tcp.detach()));
          t.events.push(refusal(() => closeDetached(fd)), refusal(() => closeDetached(fd)));
          return { closed: () => done() };
        },
      });
      run(t);
    },
  ),
};

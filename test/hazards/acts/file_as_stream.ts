/** `uv_pipe_open` on a regular file, then read: SIGABRT in the loop. */
import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { done, type Handle, type Scope, type Stream } from "../../../src/mod.ts";
import { inFolder } from "../../fixtures/fs_folder.ts";
import { play, run } from "../../fixtures/handle_machine.ts";
import {
  closeFd,
  connectedSocket,
  type Fd,
  listeningSocket,
  openFile,
  pipePair,
  socketPair,
  tcpSocket,
  udpSocket,
  unixDatagramSocket,
} from "../../fixtures/handle_system.ts";
import { passDescriptors } from "../../fixtures/pass_descriptors.ts";
import { openPty } from "../../fixtures/terminals.ts";
import { type Act, act, type Acts, actsOn, refusal } from "../act.ts";

/** Nobody has so many. */
const NOTHING = 999_999;

/** What can be behind a descriptor; the first is meant, the others only keep it alive. */
const files: Readonly<Record<string, () => readonly [Fd, ...Fd[]]>> = {
  "a file": () => [openFile("/proc/self/exe")],
  "a directory": () => [openFile("/")],
  "a device": () => [openFile("/dev/null")],
  "a file of the kernel": () => [openFile("/proc/self/status")],
  "a terminal": () => {
    const { master, slave } = openPty();
    return [slave, master];
  },
  "a pipe's reading end": pipePair,
  "a pipe's writing end": () => pipePair().reverse() as [Fd, Fd],
  "a unix socket": socketPair,
  "a unix socket for datagrams": () => [unixDatagramSocket()],
  "a tcp socket": () => [tcpSocket()],
  "a tcp listener": () => [listeningSocket().fd],
  "a tcp connection": () => {
    const { fd, port } = listeningSocket();
    return [connectedSocket(port), fd];
  },
  "a udp socket": () => [udpSocket()],
  nothing: () => [NOTHING],
};

/** Everything that takes a descriptor, and sets to work on it. */
const takers: Readonly<Record<string, (scope: Scope, fd: Fd) => Handle>> = {
  pipe: (scope, fd) => read(scope.pipe(), fd),
  ipc: (scope, fd) => read(scope.pipe({ ipc: true }), fd),
  tcp: (scope, fd) => read(scope.tcp(), fd),
  udp(scope, fd) {
    const udp = scope.udp();
    udp.open(fd);
    udp.receiveStart();
    return udp;
  },
  tty(scope, fd) {
    const tty = scope.tty(fd);
    tty.readStart();
    return tty;
  },
  poll(scope, fd) {
    const poll = scope.poll(fd);
    poll.start({ readable: true, writable: true });
    return poll;
  },
};

function read<S extends Stream & { open(fd: Fd): void }>(stream: S, fd: Fd): S {
  stream.open(fd);
  stream.readStart();
  return stream;
}

/** What becomes of each file in the hands of each taker, in the order of `takers`. */
const answers: Readonly<Record<string, string>> = {
  "a file": "ENOTSOCK ENOTSOCK ENOTSOCK ENOTSOCK EINVAL EPERM",
  "a directory": "ENOTSOCK ENOTSOCK ENOTSOCK ENOTSOCK EINVAL EPERM",
  "a device": "ENOTSOCK ENOTSOCK ENOTSOCK ENOTSOCK EINVAL EPERM",
  "a file of the kernel": "ENOTSOCK ENOTSOCK ENOTSOCK ENOTSOCK EINVAL EPERM",
  "a terminal": "ENOTSOCK ENOTSOCK ENOTSOCK ENOTSOCK allowed allowed",
  "a pipe's reading end": "allowed allowed ENOTSOCK ENOTSOCK EINVAL allowed",
  "a pipe's writing end": "ENOTCONN ENOTCONN ENOTSOCK ENOTSOCK EINVAL allowed",
  "a unix socket": "allowed allowed ENOTSOCK ENOTSOCK EINVAL allowed",
  "a unix socket for datagrams": "ENOTSOCK ENOTSOCK ENOTSOCK allowed EINVAL allowed",
  "a tcp socket": "ENOTSOCK ENOTSOCK allowed ENOTSOCK EINVAL allowed",
  "a tcp listener": "ENOTSOCK ENOTSOCK allowed ENOTSOCK EINVAL allowed",
  "a tcp connection": "ENOTSOCK ENOTSOCK allowed ENOTSOCK EINVAL allowed",
  "a udp socket": "ENOTSOCK ENOTSOCK ENOTSOCK allowed EINVAL allowed",
  nothing: "EBADF EBADF EBADF EBADF EBADF EBADF",
};

function takeFile(open: (typeof files)[string], name: string): Act {
  return act(answers[name]?.split(" ") ?? [], (t) => {
    const fds = open();
    play(t, (scope) => {
      for (const take of Object.values(takers)) t.events.push(refusal(() => take(scope, fds[0])));
      scope.timer().start(2);
      const nothing = (): void => {};
      return {
        ...{ read: nothing, end: nothing, readFailed: nothing, datagram: nothing },
        ...{ receiveFailed: nothing, poll: nothing, pollFailed: nothing },
        timer: () => done(),
      };
    });
    run(t);
    for (const fd of fds) if (fd !== NOTHING) closeFd(fd);
  });
}

export const acts: Acts = {
  ...actsOn(files, takeFile),

  "a file that is passed over a pipe": act(["ENOTSUP", "ENOTSUP", "end"], (t) => {
    play(t, (scope) => {
      const [near, far] = socketPair();
      const pipe = read(scope.pipe({ ipc: true }), near);
      const passed = [openFile("/proc/self/exe"), openFile("/")];
      for (const fd of passed) passDescriptors(far, [fd]);
      for (const fd of [near, far, ...passed]) closeFd(fd);
      return {
        handleFailed({ handle, error }) {
          if (handle === pipe) t.events.push(error.code);
        },
        read: () => {},
        end({ kind }) {
          t.events.push(kind);
          return done();
        },
      };
    });
    run(t);
  }),

  "the path of a file": act(["EADDRINUSE", "ECONNREFUSED"], (t) =>
    inFolder(({ at }) => {
      writeFileSync(at("file"), "");
      play(t, (scope) => {
        t.events.push(refusal(() => scope.pipe().bind(at("file"))));
        scope.pipe().connect(at("file"));
        return {
          connectFailed({ error }) {
            t.events.push(error.code);
            return done();
          },
        };
      });
      run(t);
    })),

  "a file for a child": act(["exit 0", "bytes"], (t) =>
    inFolder(({ at }) => {
      writeFileSync(at("from"), "bytes");
      const fds = [openSync(at("from"), "r"), openSync(at("to"), "w")] as const;
      play(t, (scope) => {
        scope.process({ file: "cat", stdio: fds });
        return {
          exit({ exitStatus }) {
            t.events.push(`exit ${exitStatus}`);
            return done();
          },
        };
      });
      run(t);
      for (const fd of fds) closeSync(fd);
      t.events.push(readFileSync(at("to"), "utf8"));
    })),
};

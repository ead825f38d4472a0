import {
  closeFd,
  connectedSocket,
  datagramPair,
  listeningSocket,
  openFile,
  pipePair,
  socketPair,
  tcpSocket,
  udpSocket,
} from "../fixtures/handle_system.ts";
import { openPty } from "../fixtures/terminals.ts";
import type { Random } from "../fixtures/random.ts";

const OPEN_MAX = 12;

type Maker = () => readonly number[];

const makers: { readonly [kind: string]: Maker } = {
  socket: () => socketPair(),
  pipe: () => pipePair(),
  datagrams: () => datagramPair(),
  tcp: () => [tcpSocket()],
  connected() {
    const { fd, port } = listeningSocket();
    return [fd, connectedSocket(port)];
  },
  udp: () => [udpSocket()],
  file: () => [openFile("/etc/hostname")],
  folder: () => [openFile("/tmp")],
  device: () => [openFile("/dev/null")],
  terminal() {
    const { master, slave } = openPty();
    return [slave, master];
  },
};

/**
 * Descriptors of the fuzzer's own, which handles adopt. They are closed at any moment. None of the
 * runtime's is ever given away: adopting makes it non-blocking, for the runtime as well.
 */
export class Descriptors {
  readonly #open: number[] = [];
  readonly #unshared: number[] = [];

  /** A descriptor of a kind that fits, or of any. Sometimes one that is closed. */
  pick(random: Random, ...fitting: readonly string[]): number {
    if (random.below(12) === 0) return 1_000_000;
    if (this.#open.length < OPEN_MAX && random.below(3) > 0) {
      const kind = random.below(5) === 0 ? random.pick(Object.keys(makers)) : random.pick(fitting);
      return this.#make(kind)[0] ?? -1;
    }
    return this.#open.length === 0 ? -1 : random.pick(this.#open);
  }

  /** Both ends of a socket pair; none where there are many descriptors already. */
  pair(): readonly number[] {
    return this.#open.length < OPEN_MAX ? this.#make("socket") : [];
  }

  /** A new one of a kind, which no handle has adopted. */
  fresh(kind: string): number {
    const fds = makers[kind]?.() ?? [];
    this.#unshared.push(...fds);
    return fds[0] ?? -1;
  }

  /** Takes over one that a call has given. */
  add(fd: number): void {
    this.#open.push(fd);
  }

  /** Closes one. */
  closeOne(random: Random): void {
    if (this.#open.length === 0) return;
    const [fd] = this.#open.splice(random.below(this.#open.length), 1);
    closeFd(fd as number);
  }

  closeAll(): void {
    for (const fd of [...this.#open.splice(0), ...this.#unshared.splice(0)]) closeFd(fd);
  }

  #make(kind: string): readonly number[] {
    const fds = makers[kind]?.() ?? [];
    this.#open.push(...fds);
    return fds;
  }
}

/** The program that moves bytes through proxies: `bench/c/transfer.c`. */

import { startProgram } from "./program.ts";

export interface TransferOptions {
  /** In each direction, of all connections together. */
  readonly bytes: number;
  readonly connections: number;
  /** 1: from the clients to the target; 2: back as well, at the same time. */
  readonly directions: number;
  /** Moved before the window, on the same connections. */
  readonly warmupBytes: number;
}

/** The line that the program prints. Both ends have agreed on all checksums. */
export interface TransferReport {
  /** In all directions. */
  readonly bytes: number;
  readonly seconds: number;
  /** Of the checksums of all connections and directions, in hexadecimal digits. */
  readonly checksum: string;
  /** The part of its CPU that the program itself took. */
  readonly cpuShare: number;
}

/** It is the target of all proxies, and the clients of one after the other. */
export interface TransferProcess extends Disposable {
  /** Where proxies must connect to. */
  readonly targetPort: number;
  /**
   * Opens connections through a proxy, and warms it up.
   *
   * @throws if the program has ended, as it does when nothing moves any more
   */
  open(proxyPort: number): Promise<void>;
  /**
   * Moves the bytes; the proxy is idle before and after.
   *
   * @throws if the program has ended: a checksum differs, a connection is lost, nothing moves
   */
  run(): Promise<TransferReport>;
  /** Closes the connections. */
  close(): void;
  /** Ends the program. */
  end(): Promise<void>;
}

/** Starts the program on one CPU. */
export async function startTransfer(
  path: string,
  cpu: number,
  { bytes, connections, directions, warmupBytes }: TransferOptions,
): Promise<TransferProcess> {
  const args = ["--bytes", bytes, "--connections", connections, "--warmup", warmupBytes];
  if (directions === 2) args.push("--both");
  const program = startProgram(path, cpu, args.map(String));
  const targetPort = Number((await program.line()).match(/:(\d+)$/)?.[1]);
  return {
    targetPort,
    open: async (proxyPort) => {
      program.say(`${proxyPort}`);
      await program.line(); // ready
    },
    run: async () => {
      program.say("");
      return JSON.parse(await program.line()) as TransferReport;
    },
    close: () => program.say(""),
    end: program.end,
    [Symbol.dispose]: program[Symbol.dispose],
  };
}

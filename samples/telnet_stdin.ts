/** The thread that reads the standard input of telnet.ts where it is no pipe. */
import { readSync } from "node:fs";
import { workerData } from "node:worker_threads";
import { type NotifierAddress, notifierFrom } from "../src/mod.ts";

/** What the thread and the machine share. */
export interface Mailbox {
  /** Whether a piece is wanted, and the length of the last one: 0 at the end of the input. */
  readonly state: Int32Array<SharedArrayBuffer>;
  readonly bytes: Uint8Array<SharedArrayBuffer>;
  /** Wakes the machine. */
  readonly notifier: NotifierAddress;
}

const STDIN = 0;
const WANTED = 0;
const LENGTH = 1;

const { state, bytes, notifier: address } = workerData as Mailbox;
const notifier = notifierFrom(address);
const piece = new Uint8Array(bytes.length);
let length: number;
do {
  Atomics.wait(state, WANTED, 0);
  length = readSync(STDIN, piece);
  bytes.set(piece.subarray(0, length));
  Atomics.store(state, LENGTH, length);
  Atomics.store(state, WANTED, 0);
} while (notifier.wakeup() !== "closed" && length > 0);

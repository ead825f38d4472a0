/**
 * The runtime's own TCP clients against a server, so that not only this library judges itself:
 * a few connections send a long stream in pieces of odd sizes, and compare what comes back.
 */
import { connect } from "node:net";

const CONNECTIONS = 4;
const STREAM_BYTES = 1 << 20;
const PIECE_BYTES_MAX = 40_000;
const SILENCE_MS_MAX = 5_000;

/** What was sent and came back. */
export interface CheckResult {
  readonly bytes: number;
  readonly wrongBytes: number;
}

/** @throws {Error} when a connection fails, or does not get all of its bytes back */
export async function checkBytes(port: number): Promise<CheckResult> {
  const seeds = Array.from({ length: CONNECTIONS }, (_, index) => index + 1);
  const wrong = await Promise.all(seeds.map((seed) => echoStream(port, seed)));
  const wrongBytes = wrong.reduce((sum, count) => sum + count, 0);
  return { bytes: CONNECTIONS * STREAM_BYTES, wrongBytes };
}

/** Bytes of no pattern, the same for the same seed. */
function streamOf(seed: number): Uint8Array {
  const bytes = new Uint8Array(STREAM_BYTES);
  let state = seed;
  for (let i = 0; i < bytes.length; i++) {
    state = Math.imul(state, 1664525) + 1013904223 | 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

/** Sends a stream over one connection. Returns how many bytes came back wrong. */
function echoStream(port: number, seed: number): Promise<number> {
  const sent = streamOf(seed);
  const socket = connect({ port, host: "127.0.0.1" });
  let received = 0;
  let wrong = 0;
  return new Promise((resolve, reject) => {
    const fail = (why: string) => {
      socket.destroy();
      reject(new Error(`A node:net client: ${why}, after ${received} of ${sent.length} bytes`));
    };
    socket.setTimeout(SILENCE_MS_MAX, () => fail("no answer"));
    socket.on("error", (error) => fail(error.message));
    socket.on("close", () => fail("the connection was closed"));
    socket.on("connect", () => {
      for (let at = 0, size = 1; at < sent.length; at += size) {
        size = (size * 7 + seed) % PIECE_BYTES_MAX + 1;
        socket.write(sent.subarray(at, at + size));
      }
    });
    socket.on("data", (bytes: Uint8Array) => {
      for (const byte of bytes) if (byte !== sent[received++]) wrong++;
      if (received < sent.length) return;
      resolve(wrong);
      socket.destroy();
    });
  });
}

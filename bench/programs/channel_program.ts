/**
 * What it costs to talk to a loop in another thread, beside `postMessage` in the same runtime:
 *
 *     bun channel_program.ts ROUNDTRIPS MESSAGES MEBIBYTES
 */
import process from "node:process";
import { MessageChannel, type MessagePort, Worker } from "node:worker_threads";
import { ByteRing, Channel } from "../../src/mod.ts";
import type { Partner } from "./partner.ts";
import { percentile, tell } from "./reading.mjs";

const [roundTrips, messages, mebibytes] = process.argv.slice(2).map(Number) as [
  number,
  number,
  number,
];
const WARM_UP = 1000;
/** Bytes are sent for so long, so that a few milliseconds of others count for little. */
const SENDING_MS_MIN = 200;
const CHUNK_BYTES = 64 * 1024;
const MEBIBYTE_CHUNKS = 2 ** 20 / CHUNK_BYTES;
const chunk = new Uint8Array(CHUNK_BYTES);

const runtime = "Bun" in globalThis ? "bun" : "deno";

function tellRate(contender: string, metric: "messages" | "bytes", perSecond: number): void {
  const unit = metric === "messages" ? "messages/s" : "MiB/s";
  tell({ contender: `${contender}-${runtime}`, metric, unit, value: perSecond, better: "more" });
}

/** Starts the other thread; resolves when it says so, or is listening. */
async function start(partner: Partner, transferList: readonly MessagePort[]) {
  const url = new URL("./channel_partner.ts", import.meta.url);
  const worker = new Worker(url, { workerData: partner, transferList: [...transferList] });
  const next = () => new Promise<void>((resolve) => worker.once("message", () => resolve()));
  await next();
  return { worker, next };
}

async function measureRoundTrips(name: string, once: () => Promise<unknown>): Promise<void> {
  const took: number[] = [];
  for (let i = -WARM_UP; i < roundTrips; i++) {
    const startMs = performance.now();
    await once();
    if (i >= 0) took.push((performance.now() - startMs) * 1000);
  }
  const contender = `${name}-${runtime}`;
  tell({ contender, metric: "round trip p50", unit: "µs", value: percentile(took, 0.5) });
  tell({ contender, metric: "round trip p99", unit: "µs", value: percentile(took, 0.99) });
}

async function portRoundTrips(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  const { worker } = await start({ kind: "echoPort", port: port2 }, [port2]);
  await measureRoundTrips("postmessage", () => {
    const answer = new Promise((resolve) => port1.once("message", resolve));
    port1.postMessage(1);
    return answer;
  });
  port1.close();
  await worker.terminate();
}

async function channelRoundTrips(): Promise<void> {
  const there = new Channel<number>({ capacity: 16 });
  const back = new Channel<number>({ capacity: 16 });
  const receiver = there.receiver.address();
  const sender = back.sender.address();
  const partner = { kind: "echoMachine", receiver, sender } as const;
  const { next } = await start(partner, [...receiver.ports, ...sender.ports]);
  await measureRoundTrips("channel", () => {
    there.sender.trySend(1);
    return back.receiver.receive();
  });
  const ended = next();
  there.sender.close();
  await ended;
}

/** A thread that is posted a message so many times, and says when all have come. */
async function floodOf(message: unknown, count: number) {
  const { port1, port2 } = new MessageChannel();
  const { worker } = await start({ kind: "countPort", port: port2, count }, [port2]);
  return {
    pass: async () => {
      const all = new Promise((resolve) => port1.once("message", resolve));
      for (let i = 0; i < count; i++) port1.postMessage(message);
      await all;
    },
    end: async () => {
      port1.close();
      await worker.terminate();
    },
  };
}

async function millisecondsOf(pass: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await pass();
  return performance.now() - startMs;
}

async function portMessages(): Promise<void> {
  const { pass, end } = await floodOf(1, messages);
  tellRate("postmessage", "messages", messages / await millisecondsOf(pass) * 1000);
  await end();
}

async function channelMessages(capacity: number): Promise<void> {
  const { sender, receiver } = new Channel<number>({ capacity });
  const address = receiver.address();
  const { next } = await start({ kind: "countMachine", receiver: address }, address.ports);
  const ended = next();
  const startMs = performance.now();
  for (let i = 0; i < messages; i++) {
    if (sender.trySend(i) === "full") await sender.send(i);
  }
  sender.close();
  await ended;
  const perSecond = messages / (performance.now() - startMs) * 1000;
  const name = capacity === Infinity ? "channel-unbounded" : "channel";
  tellRate(name, "messages", perSecond);
}

/** Sends the bytes again and again, after a first time for the compiler. */
async function measureBytes(contender: string, pass: () => Promise<unknown>): Promise<void> {
  await pass();
  let ms = 0;
  let passes = 0;
  for (; ms < SENDING_MS_MIN; passes++) ms += await millisecondsOf(pass);
  tellRate(contender, "bytes", passes * mebibytes / ms * 1000);
}

async function portBytes(): Promise<void> {
  const { pass, end } = await floodOf(chunk, mebibytes * MEBIBYTE_CHUNKS);
  await measureBytes("postmessage", pass);
  await end();
}

async function ringBytes(): Promise<void> {
  const { writer, reader } = new ByteRing(32 * CHUNK_BYTES);
  const address = reader.address();
  const { next } = await start({ kind: "bytesMachine", reader: address }, address.ports);
  const ended = next();
  await measureBytes("byte-ring", async () => {
    for (let i = 0; i < mebibytes * MEBIBYTE_CHUNKS; i++) await writer.writeAll(chunk);
    await writer.whenRoom(writer.capacity); // all was read
  });
  writer.close();
  await ended;
}

await portRoundTrips();
await channelRoundTrips();
await portMessages();
await channelMessages(64);
await channelMessages(Infinity);
await portBytes();
await ringBytes();

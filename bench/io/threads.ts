/** Channels between threads, and pumped loops beside the runtime. */

import { compile } from "../process/compile.ts";
import { spreadOf } from "../spread.ts";
import { findValues, programExperiment } from "./program_experiment.ts";

const CHANNELS = "programs/channel_program.ts";
const PUMP = "programs/pump_program.ts";
const BANDWIDTH_MIN = 3;
const GARBAGE_FLAGS = ["--v8-flags=--expose-gc"] as const;

export const channels = programExperiment({
  name: "channels",
  title: "Talking to a loop in another thread: channels, byte rings, and postMessage",
  about: "The partner is a machine on a loop; for postMessage it is a port in a plain worker. " +
    "Each is compared with postMessage in the same runtime. Bytes are sent 64 KiB at a time.",
  hasThreads: true,
  rival: "postmessage",
  scripts: [
    { name: "bun", runtime: "bun", file: CHANNELS },
    { name: "deno", runtime: "deno", file: CHANNELS },
  ],
  options: {
    rounds: { preset: 2, quick: 1, min: 1, max: 100, about: "processes of each contender" },
    "round-trips": { preset: 10_000, quick: 500, min: 1, max: 1e7, about: "one after the other" },
    messages: { preset: 100_000, quick: 5_000, min: 1, max: 1e8, about: "as fast as they go" },
    mebibytes: { preset: 32, quick: 8, min: 1, max: 1e5, about: "likewise, of bytes" },
  },
  arguments: ({ number }) => [number("round-trips"), number("messages"), number("mebibytes")],
  judge: (context, courses) => {
    if (context.isQuick) return;
    for (const { contender: { runtime }, samples } of courses) {
      const bandwidthOf = (name: string) => {
        const own = samples.flat().filter(({ contender }) => contender === `${name}-${runtime}`);
        return spreadOf(findValues([own], "bytes")).median;
      };
      const gain = bandwidthOf("byte-ring") / bandwidthOf("postmessage");
      const text = `bytes have at least ${BANDWIDTH_MIN} × the bandwidth of postMessage`;
      context.claim(
        `byte-ring-${runtime}`,
        gain >= BANDWIDTH_MIN,
        `${text}: ${gain.toFixed(1)}`,
      );
    }
  },
});

export const pump = programExperiment({
  name: "pump",
  title: "Pumped loops: wake-ups while garbage is collected, and the runtime's own timers",
  about: "Wake-ups come from another thread, in step, and all garbage is collected every 10,000. " +
    "Busy is a machine that always has something to do; timers of the runtime, 5 ms each, must " +
    "come in time beside it.",
  hasThreads: true,
  scripts: [
    { name: "ours-bun", runtime: "bun", file: PUMP },
    { name: "ours-deno", runtime: "deno", file: PUMP, denoFlags: GARBAGE_FLAGS },
  ],
  options: {
    rounds: { preset: 2, quick: 1, min: 1, max: 100, about: "processes of each contender" },
    wakeups: { preset: 20_000, quick: 1_000, min: 1, max: 1e9, about: "in step" },
    seconds: { preset: 2, quick: 0.2, min: 0.1, max: 60, about: "of a busy loop" },
  },
  arguments: ({ number }) => [number("wakeups"), number("seconds")],
  isRow: ({ metric }) => metric !== "wake-ups lost",
  judge: (context, courses) => {
    for (const { contender, samples } of courses) {
      const lost = findValues(samples, "wake-ups lost").reduce((sum, each) => sum + each, 0);
      context.claim(contender.name, lost === 0, `no wake-up is lost: ${lost}`);
    }
  },
});

const COALESCED = "programs/coalesced.ts";
const COALESCED_PER_SECOND_MIN = 5e6;

export const coalesced = programExperiment({
  name: "coalesced-wakeups",
  title: "Wake-ups that coalesce: another thread wakes a running loop as fast as it can",
  about: "Most wake-ups find one that is pending already, and cost no call of the system.",
  hasThreads: true,
  scripts: [
    { name: "ours-bun", runtime: "bun", file: COALESCED },
    { name: "ours-deno", runtime: "deno", file: COALESCED },
  ],
  options: {
    wakeups: { preset: 20_000_000, quick: 1_000_000, min: 1, max: 1e9, about: "of one thread" },
  },
  arguments: ({ number }) => [number("wakeups")],
  judge: (context, courses) => {
    for (const { contender, samples } of courses) {
      const { median } = spreadOf(findValues(samples, "wake-ups sent"));
      const text = `5 million coalesced wake-ups a second: ${(median / 1e6).toFixed(1)}`;
      context.claim(contender.name, median >= COALESCED_PER_SECOND_MIN, text);
    }
  },
});

const PUMP_LOAD = "programs/pump_load.ts";
/** Neither side starves: a slice of the loop takes 1 ms. */
const LATE_MS_MAX = 20;

export const pumpLoad = programExperiment({
  name: "pump-load",
  title: "A pumped loop that echoes as fast as it can, beside the runtime's own server and timers",
  about:
    "50 connections keep the loop busy without a pause. On the same thread the runtime has an " +
    "interval of 1 ms, and a server that answers one HTTP request after the other.",
  hasThreads: true,
  scripts: [
    { name: "ours-bun", runtime: "bun", file: PUMP_LOAD },
    { name: "ours-deno", runtime: "deno", file: PUMP_LOAD },
  ],
  options: {
    rounds: { preset: 2, quick: 1, min: 1, max: 100, about: "processes of each contender" },
    seconds: { preset: 3, quick: 1, min: 0.2, max: 60, about: "without load, and with it" },
  },
  arguments: ({ number }) => [compile("load"), number("seconds")],
  judge: (context, courses) => {
    if (context.isQuick) return;
    for (const { contender, samples } of courses) {
      for (const metric of ["interval late p99, echoing", "HTTP p99, echoing"]) {
        const { median } = spreadOf(findValues(samples, metric));
        const text = `${metric}: ${median.toFixed(1)} ms, of at most ${LATE_MS_MAX}`;
        context.claim(contender.name, median <= LATE_MS_MAX, text);
      }
    }
  },
});

/**
 * The controls of `hazards_test.ts`: what must not happen through `src/` does happen through the
 * raw layer, so that those tests can fail. Only for the libuv that HAZARDS.md has measured.
 */
import assert from "node:assert/strict";
import { openLibrary } from "../../ffi/mod.ts";
import { testChild } from "../ffi/child.ts";
import { asNobody, runScript } from "./run_hazard.ts";

/** Debian's, with its assertions. */
const { major, minor } = openLibrary().version;
const isMeasured = major === 1 && minor === 44;

/** What ends the process with SIGABRT, by the cases of `raw_child.ts`. */
const aborts = {
  close_twice: "uv_close twice",
  close_zeroed: "uv_close on a zeroed handle",
  write_nothing: "nbufs 0 in uv_write",
  send_nothing: "nbufs 0 in uv_udp_send",
  file_as_pipe: "uv_pipe_open on a regular file, then read",
  stream_without_descriptor: "a descriptor closed behind a stream",
  poll_without_descriptor: "a descriptor closed behind a poll handle",
  send_after_loop_close: "uv_async_send after uv_loop_close",
  pool_without_threads: "the first use of the thread pool at RLIMIT_NPROC",
  loop_with_1_descriptor: "the first uv_loop_init with 1 free descriptor",
  loop_with_2_descriptors: "the first uv_loop_init with 2 free descriptors",
} as const;

for (const [name, sentence] of Object.entries(aborts)) {
  testChild(`control of HAZARDS §4: on the raw layer ${sentence} aborts`, () => {
    if (!isMeasured) return;
    const under = name === "pool_without_threads" ? asNobody : [];
    const { end, stdout, stderr } = runScript("raw_child.ts", name, under);
    assert.deepEqual({ end, stdout }, { end: "SIGABRT", stdout: "about to\n" }, stderr);
  });
}

/** What goes wrong without a word: the case asserts that it does. */
const silent = {
  cut_off_name: "uv_pipe_bind binds to 107 of 299 characters",
  cut_off_address: "uv_ip6_addr cuts the address before a zone off",
  failed_spawn: "uv_spawn that has failed leaves the loop busy",
} as const;

for (const [name, sentence] of Object.entries(silent)) {
  testChild(`control of HAZARDS §4: on the raw layer ${sentence}`, () => {
    if (!isMeasured) return;
    const { end, stderr } = runScript("raw_child.ts", name);
    assert.equal(end, "0", stderr);
  });
}

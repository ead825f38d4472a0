import assert from "node:assert/strict";
import { mermaid } from "../../src/mod.ts";
import { test } from "../harness.ts";

const lamp = {
  off: { wakeup: ["on"] },
  on: { timeout: ["off", "done"], wakeup: ["off"], signal: ["on"], read: [] },
} as const;

test("mermaid() draws a table in its order; events that lead the same way share an arrow", () => {
  assert.equal(
    mermaid(lamp),
    [
      "stateDiagram-v2",
      "    [*] --> off",
      "    off --> on: wakeup",
      "    on --> off: timeout, wakeup",
      "    on --> [*]: timeout",
      "    on --> on: signal",
      "",
    ].join("\n"),
  );
});

test("mermaid() starts in the state that it is told", () => {
  assert.match(mermaid(lamp, "on"), /^ {4}\[\*\] --> on$/m);
});

test("mermaid() gives another name to a state that Mermaid could not read", () => {
  assert.equal(
    mermaid({
      "backing off": { timeout: ["Note"] },
      Note: { wakeup: ["done"] },
    }),
    [
      "stateDiagram-v2",
      '    state "backing off" as state_0',
      '    state "Note" as state_1',
      "    [*] --> state_0",
      "    state_0 --> state_1: timeout",
      "    state_1 --> [*]: wakeup",
      "",
    ].join("\n"),
  );
});

import assert from "node:assert/strict";
import { done } from "../../src/mod.ts";
import { runFixture } from "../ffi/child.ts";
import { TextReader } from "../fixtures/handle_bytes.ts";
import { play, run } from "../fixtures/handle_machine.ts";
import { scriptCommand } from "../fixtures/process_script.ts";
import { test, testLoop } from "../harness.ts";

/** What a scene of `process_coexist.ts` prints. */
function scene(name: string): string[] {
  return runFixture("process_coexist.ts", { args: [name] });
}

const all = "16 exits, right, 0 zombies";

test("children of the runtime and ours each are told their own end, theirs first", () => {
  assert.deepEqual(scene("theirs first"), [all]);
});

test("children of the runtime and ours each are told their own end, ours first", () => {
  assert.deepEqual(scene("ours first"), [all]);
});

test("a SIGCHLD listener that was there before our children still hears", () => {
  assert.deepEqual(scene("listener before"), [all, "heard"]);
});

test("a SIGCHLD listener that is added beside a child of ours takes nobody's end away", () => {
  assert.deepEqual(scene("listener after"), [`${all} 7`, "heard"]);
});

test("we hear SIGINT after a listener of the runtime's, which hears again when we stop", () => {
  assert.deepEqual(scene("interrupt, theirs first"), ["ours 1, then theirs"]);
});

test("a SIGINT listener that is added later hears, we do from start() on, then it does", () => {
  assert.deepEqual(scene("interrupt, ours first"), ["theirs, then ours, then theirs"]);
});

test("SIGPIPE is ignored again when its watcher stops", () => {
  assert.deepEqual(scene("broken pipe"), ["ignored again"]);
});

for (
  const [name, said, title] of [
    ["default", "stopped\n", "SIGTERM ends the process again when its watcher has stopped"],
    ["once", "once\n", "a watcher for one signal hears one, and the next ends the process"],
  ] as const
) {
  testLoop(title, (t) => {
    play(t, (scope) => {
      const child = scope.process({
        ...scriptCommand("process_coexist.ts", name),
        stdio: ["ignore", { pipe: "fromChild" }, "inherit"],
      });
      const text = new TextReader();
      child.stdio[1]?.readStart();
      let missing = 2;
      return {
        read: ({ bytes }) => void text.take(bytes),
        end: () => --missing === 0 ? done() : undefined,
        exit({ termSignal }) {
          assert.equal(termSignal, "SIGTERM");
          return --missing === 0 ? done() : undefined;
        },
        dispose: () => assert.equal(text.text, said),
      };
    });
    run(t);
  });
}

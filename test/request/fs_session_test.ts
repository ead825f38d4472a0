import assert from "node:assert/strict";
import { readdirSync, readlinkSync, writeFileSync } from "node:fs";
import { ClosedError, type File, Session, UvError } from "../../src/mod.ts";
import { inFolder } from "../fixtures/fs_folder.ts";
import { warmUpPump } from "../fixtures/pump_echo.ts";
import { testLoop } from "../harness.ts";
import { passPoolQueue } from "./thread_pool.ts";

await warmUpPump();

/** What this process has open in these folders: the pump's thread opens and closes other things. */
function openedIn(...folders: readonly string[]): string[] {
  const links = readdirSync("/proc/self/fd").map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      return ""; // the list itself, or what that thread has closed
    }
  });
  return links.filter((link) => folders.some((folder) => link.startsWith(`${folder}/`)));
}

testLoop("files as promises: opened, read, closed", ({ loop }) =>
  inFolder(async ({ at }) => {
    writeFileSync(at("file"), "content");
    using session = Session.open(loop);
    const running = loop.pump();
    const file = await session.request(({ fs }) => fs.open(at("file")));
    const { size } = await session.request(() => file.stat());
    const bytes = new Uint8Array(size);
    assert.equal(await session.request(() => file.read(bytes)), 7);
    assert.equal(new TextDecoder().decode(bytes), "content");
    await session.request(() => file.close());
    const missing = session.request(({ fs }) => fs.open(at("none")));
    await assert.rejects(missing, (error) => error instanceof UvError && error.code === "ENOENT");
    session.close();
    await running;
  }));

testLoop("a session that is closed closes its files", async ({ loop }) => {
  const session = Session.open(loop);
  const running = loop.pump();
  const path = "/proc/self/status";
  const files: File[] = [];
  for (let i = 0; i < 3; i++) files.push(await session.request(({ fs }) => fs.open(path)));
  assert.deepEqual(files.map(({ state }) => state), ["open", "open", "open"]);
  const late = session.request(({ fs }) => fs.open(path));
  session.close();
  await assert.rejects(late, ClosedError);
  await running;
  assert.deepEqual(files.map(({ state }) => state), ["closed", "closed", "closed"]);
});

testLoop(
  "what a signal came too late for is closed: nobody waits for it",
  ({ loop }) =>
    inFolder(async ({ at }) => {
      const session = Session.open(loop);
      const running = loop.pump();
      await session.request(({ fs }) => fs.stat("/")); // the pump runs
      const late = new AbortController();
      const { signal } = late;
      const requests: Promise<unknown>[] = [];
      for (let i = 0; i < 20; i++) {
        requests.push(session.request(({ fs }) => fs.open("/proc/self/status"), { signal }));
        requests.push(session.request(({ fs }) => fs.opendir("/proc/self"), { signal }));
        requests.push(session.request(({ fs }) => fs.mkstemp(at("XXXXXX")), { signal }));
      }
      passPoolQueue();
      late.abort("too late");
      for (const { status } of await Promise.allSettled(requests)) assert.equal(status, "rejected");
      while (loop.metrics().requests > 0) await session.request(({ fs }) => fs.stat("/"));
      assert.deepEqual(openedIn("/proc", at(".")), []);
      session.close();
      await running;
    }),
);

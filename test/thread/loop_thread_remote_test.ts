import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import process from "node:process";
import { text } from "node:stream/consumers";
import { test } from "../harness.ts";

const root = new URL("../../", import.meta.url);

/** Serves the files of this repository. */
async function serve(): Promise<Server> {
  const server = createServer((request, response) => {
    response.setHeader("content-type", "application/typescript");
    response.end(readFileSync(new URL(`.${request.url}`, root)));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

test("threads start where the library and the module were imported from the network", async () => {
  if (!("Deno" in globalThis)) return; // Bun imports nothing from there
  const server = await serve();
  const { port } = server.address() as AddressInfo;
  for (const sample of ["workers", "timer_with_wakeup"]) {
    const url = `http://127.0.0.1:${port}/samples/${sample}.ts`;
    const command = ["run", "--quiet", "--no-check", "--no-lock", "-A", url];
    const child = spawn(process.execPath, command, { stdio: ["ignore", "pipe", "inherit"] });
    const expected = readFileSync(new URL(`./samples/expected/${sample}.txt`, root), "utf8");
    assert.equal(await text(child.stdout), expected);
  }
  server.close();
});

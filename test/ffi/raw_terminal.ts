import assert from "node:assert/strict";
import type { Pointer } from "../../ffi/mod.ts";
import type { RawProgram } from "./raw_program.ts";
import { libc } from "./raw_system.ts";

/** Both ends of a pty as handles. libuv opens the slave anew, so what it was given is closed. */
export function openTerminal(p: RawProgram): [master: Pointer, slave: Pointer] {
  const fds = [p.memory.allocate(4), p.memory.allocate(4)] as const;
  assert.equal(libc().openpty(fds[0].pointer, fds[1].pointer, null, null, null), 0);
  const [master, slave] = fds.map(({ view }) => view.getInt32(0, true)) as [number, number];
  const tty = (fd: number): Pointer =>
    p.handle("uv_tty_t", (each) => p.uv.uv_tty_init(p.loop, each, fd, 0)).pointer;
  const ends: [Pointer, Pointer] = [tty(master), tty(slave)];
  libc().close(slave);
  return ends;
}

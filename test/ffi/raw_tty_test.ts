import assert from "node:assert/strict";
import { uv_errno_t } from "../../ffi/mod.ts";
import { testChild } from "./child.ts";
import { runRaw } from "./raw_child.ts";
import { libc } from "./raw_system.ts";
import { openTerminal } from "./raw_terminal.ts";
import { testRaw } from "./raw_test_program.ts";

const { UV_EINVAL, UV_ENOTTY, UV_EBADF } = uv_errno_t;
const O_RDONLY = 0;

testRaw("Y1 both ends of a pty are readable and writable, and have a window size", (p) => {
  const [master, slave] = openTerminal(p);
  for (const end of [master, slave]) {
    assert.equal(p.uv.uv_is_readable(end), 1);
    assert.equal(p.uv.uv_is_writable(end), 1);
  }
  const size = p.memory.allocate(8);
  assert.equal(p.uv.uv_tty_get_winsize(slave, size.pointer, size.pointerTo(4)), 0);
});

// libuv remembers the first terminal that was set to raw as long as the process lives.

testChild("Y1 bytes pass as they are in raw mode, and as lines in normal mode", () => {
  const { end, stderr } = runRaw("tty_modes");
  assert.equal(end, "0", stderr);
});

testRaw("Y2 a regular file, a directory, or no descriptor is no terminal: EINVAL, EBADF", (p) => {
  const handle = p.memory.allocate("uv_tty_t").pointer;
  const init = (fd: number): number => p.uv.uv_tty_init(p.loop, handle, fd, 0);
  for (const path of [import.meta.filename as string, "/"]) {
    const fd = libc().open(p.memory.text(path).pointer, O_RDONLY);
    assert.ok(fd >= 0);
    assert.equal(init(fd), UV_EINVAL, path);
    libc().close(fd);
  }
  const none = init(-1);
  assert.ok([UV_EINVAL, UV_EBADF, UV_ENOTTY].includes(none as never), `${none}`);
});

testChild("Y3 reset_mode returns 0 again and again; empty and large writes complete", () => {
  const { end, stderr } = runRaw("tty_reset");
  assert.equal(end, "0", stderr);
});

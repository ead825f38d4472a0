import {
  type Piece,
  type Pointer,
  type Struct,
  struct,
  structArray,
  uv_stdio_flags,
} from "../../ffi/mod.ts";
import { assertOk, type RawProgram } from "./raw_program.ts";

const STDIO_COUNT = 4;
const { UV_CREATE_PIPE, UV_INHERIT_FD, UV_READABLE_PIPE, UV_WRITABLE_PIPE } = uv_stdio_flags;

/** A child process in the making: `uv_process_options_t` and what it points to. */
export class RawChild {
  readonly options: Struct<"uv_process_options_t">;
  /** The `uv_process_t`. */
  readonly process: Piece;
  /** Exit status and signal, once it has ended. */
  readonly exits: [number, number][] = [];
  readonly #program: RawProgram;
  readonly #options: Piece;
  readonly #stdio: Struct<"uv_stdio_container_t">[];

  constructor(p: RawProgram, command: readonly string[]) {
    this.#program = p;
    this.#options = p.memory.allocate("uv_process_options_t");
    const stdio = p.memory.allocate("uv_stdio_container_t", STDIO_COUNT);
    this.#stdio = structArray("uv_stdio_container_t", stdio, STDIO_COUNT);
    this.process = p.memory.allocate("uv_process_t");
    this.options = struct("uv_process_options_t", this.#options);
    this.options.exit_cb = p.callback("uv_exit_cb", (process, status, signal) => {
      this.exits.push([status, signal]);
      p.close(process);
    });
    this.options.file = p.memory.text(command[0] ?? "").pointer;
    this.options.args = p.memory.textArray(command).pointer;
    this.options.stdio_count = STDIO_COUNT;
    this.options.stdio = stdio.pointer;
  }

  /** Gives the child a pipe; returns our end. */
  pipe(fd: number, { ipc = false } = {}): Pointer {
    const p = this.#program;
    const init = (each: Pointer): number => p.uv.uv_pipe_init(p.loop, each, ipc ? 1 : 0);
    const { pointer } = p.handle("uv_pipe_t", init);
    const stdio = this.#stdio[fd] as Struct<"uv_stdio_container_t">;
    stdio.flags = UV_CREATE_PIPE | UV_READABLE_PIPE | UV_WRITABLE_PIPE;
    stdio.data.stream = pointer;
    return pointer;
  }

  /** Gives the child a descriptor of ours. */
  inherit(fd: number, ours: number): void {
    const stdio = this.#stdio[fd] as Struct<"uv_stdio_container_t">;
    stdio.flags = UV_INHERIT_FD;
    stdio.data.fd = ours;
  }

  /** Starts it. Its handle is closed when it ended. Returns what `uv_spawn` does. */
  trySpawn(): number {
    const p = this.#program;
    return p.uv.uv_spawn(p.loop, this.process.pointer, this.#options.pointer);
  }

  /** Starts it, which must succeed. */
  spawn(): void {
    assertOk(this.trySpawn(), "spawn");
  }
}

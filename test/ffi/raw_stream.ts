/** What tests of streams on the raw layer share: connections, reading, writing, descriptors. */
import assert from "node:assert/strict";
import { type Pointer, struct } from "../../ffi/mod.ts";
import { assertOk, type RawProgram } from "./raw_program.ts";

const READ_BYTES = 65536;
const ADDRESS_BYTES = 128;

/** A listener on 127.0.0.1, and both ends of a connection to it. */
export interface RawConnection {
  readonly listener: Pointer;
  readonly client: Pointer;
  /** The listener's end. */
  readonly server: Pointer;
}

/** Listens on a port that the system chooses. */
export function listen(p: RawProgram, onConnection: Pointer): Pointer {
  const listener = p.tcp();
  assertOk(p.uv.uv_tcp_bind(listener, p.address(), 0), "bind");
  assertOk(p.uv.uv_listen(listener, 128, onConnection), "listen");
  return listener;
}

/** The address that a socket is bound to. */
export function boundAddress(p: RawProgram, tcp: Pointer): Pointer {
  const address = p.memory.allocate(ADDRESS_BYTES);
  const length = p.memory.allocate(4);
  length.view.setInt32(0, ADDRESS_BYTES, true);
  assertOk(p.uv.uv_tcp_getsockname(tcp, address.pointer, length.pointer), "getsockname");
  return address.pointer;
}

/** Starts to connect. */
export function connect(p: RawProgram, to: Pointer, onConnect: Pointer): Pointer {
  const client = p.tcp();
  const request = p.memory.allocate("uv_connect_t").pointer;
  assertOk(p.uv.uv_tcp_connect(request, client, boundAddress(p, to), onConnect), "connect");
  return client;
}

/** A connection, both ends of which are open. */
export function connectPair(p: RawProgram): RawConnection {
  let server: Pointer | undefined;
  let isConnected = false;
  const onConnection = p.callback("uv_connection_cb", (listener, status) => {
    assertOk(status, "connection");
    server = p.tcp();
    assertOk(p.uv.uv_accept(listener, server), "accept");
  });
  const listener = listen(p, onConnection);
  const onConnect = p.callback("uv_connect_cb", (_, status) => {
    assertOk(status, "connect");
    isConnected = true;
  });
  const client = connect(p, listener, onConnect);
  p.runUntil(() => server !== undefined && isConnected);
  return { listener, client, server: server as Pointer };
}

/** An alloc callback that always gives the same memory. */
export function allocating(p: RawProgram, byteLength = READ_BYTES): Pointer {
  const { pointer } = p.memory.allocate(byteLength);
  return p.callback("uv_alloc_cb", (_handle, _suggested, buf) => {
    const view = struct("uv_buf_t", buf as Pointer);
    view.base = pointer;
    view.len = byteLength;
  });
}

/** What a stream gave. */
export class Reading {
  text = "";
  byteLength = 0;
  /** All bytes added up. */
  sum = 0;
  /** Errors and ends, in order. */
  readonly errors: number[] = [];
}

/** Starts to read. */
export function readStart(p: RawProgram, stream: Pointer): Reading {
  const reading = new Reading();
  const memory = p.memory.allocate(READ_BYTES);
  const onAlloc = p.callback("uv_alloc_cb", (_handle, _suggested, buf) => {
    const view = struct("uv_buf_t", buf as Pointer);
    view.base = memory.pointer;
    view.len = READ_BYTES;
  });
  const onRead = p.callback("uv_read_cb", (_, nread) => {
    if (nread < 0) return void reading.errors.push(nread);
    reading.byteLength += nread;
    for (let i = 0; i < nread; i++) reading.sum += memory.u8[i] as number;
    reading.text += new TextDecoder().decode(memory.u8.slice(0, Math.min(nread, 4096)));
  });
  assertOk(p.uv.uv_read_start(stream, onAlloc, onRead), "read_start");
  return reading;
}

/** Writes; the callback adds its status to `statuses`. */
export function write(
  p: RawProgram,
  stream: Pointer,
  content: string | number,
  statuses: number[] = [],
): void {
  const request = p.memory.allocate("uv_write_t").pointer;
  const onWrite = p.callback("uv_write_cb", (_, status) => void statuses.push(status));
  assertOk(p.uv.uv_write(request, stream, p.buf(content).pointer, 1, onWrite), "write");
}

/** The descriptor of a handle. */
export function fdOf(p: RawProgram, handle: Pointer): number {
  const fd = p.memory.allocate(4);
  assertOk(p.uv.uv_fileno(handle, fd.pointer), "fileno");
  return fd.view.getInt32(0, true);
}

/** Two descriptors of a connected pair of Unix sockets. */
export function socketPair(p: RawProgram, flags = 0): [number, number] {
  const SOCK_STREAM = 1;
  const fds = p.memory.allocate(8);
  assert.equal(p.uv.uv_socketpair(SOCK_STREAM, 0, fds.pointer, flags, flags), 0);
  return [fds.view.getInt32(0, true), fds.view.getInt32(4, true)];
}

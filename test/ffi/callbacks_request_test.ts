import assert from "node:assert/strict";
import { uv_handle_type, uv_req_type } from "../../ffi/libuv/constants.ts";
import { uv_errno_t } from "../../ffi/libuv/errno.ts";
import {
  addrinfo,
  sockaddr_in,
  uv_getnameinfo_t,
  uv_process_options_t,
} from "../../ffi/libuv/layouts.ts";
import { openLibrary } from "../../ffi/libuv/library.ts";
import { addrinfo_flags, nameinfo_flags } from "../../ffi/libuv/system_constants.ts";
import { nativeText } from "../../ffi/memory/native_text.ts";
import type { Pointer } from "../../ffi/runtime/contract.ts";
import { runtime } from "../../ffi/runtime/current.ts";
import { bind, testBothMakes } from "./makes.ts";
import type { Native, RawLoop } from "./raw_loop.ts";
import { ipv4 } from "./raw_tcp.ts";

const SIGKILL = 9;
const { UV_GETADDRINFO, UV_GETNAMEINFO, UV_RANDOM, UV_WORK } = uv_req_type;

function memoryAt(address: number, byteLength: number): DataView {
  const pointer = runtime().pointer(address) as Pointer;
  return new DataView(runtime().arrayBuffer(pointer, byteLength));
}

function spawn(loop: RawLoop, ...args: string[]): Native {
  const { uv_spawn } = bind("uv_spawn");
  const argv = loop.memory((args.length + 1) * 8);
  args.forEach((arg, i) => argv.region.setWord(argv.offset + i * 8, loop.text(arg).address));
  const options = loop.memory(uv_process_options_t.size);
  const { region, offset } = options;
  const onExit = runtime().address(loop.callbacks.pointers.on_exit);
  region.setWord(offset + uv_process_options_t.exit_cb, onExit);
  region.setWord(offset + uv_process_options_t.file, loop.text(args[0] as string).address);
  region.setWord(offset + uv_process_options_t.args, argv.address);
  const init = (process: Pointer): number => uv_spawn(loop.pointer, process, options.pointer);
  return loop.handle("process", uv_handle_type.UV_PROCESS, init);
}

testBothMakes("uv_getaddrinfo_cb records the address of the list", (loop) => {
  const uv = bind("uv_getaddrinfo", "uv_freeaddrinfo");
  const request = loop.request("lookup", UV_GETADDRINFO);
  const [host, service] = [loop.text("127.0.0.1"), loop.text("8080")];
  const hints = loop.memory(addrinfo.size);
  hints.region.i32[(hints.offset + addrinfo.ai_flags) / 4] = addrinfo_flags.AI_NUMERICHOST;
  const { on_getaddrinfo } = loop.callbacks.pointers;
  const { pointer } = request;
  uv.uv_getaddrinfo(
    loop.pointer,
    pointer,
    on_getaddrinfo,
    host.pointer,
    service.pointer,
    hints.pointer,
  );
  const { a, b, c } = loop.runUntilEvent("GETADDRINFO");
  loop.events.length = 0; // addresses differ
  assert.deepEqual([a, c], [0, 0]);
  const address = memoryAt(
    Number(memoryAt(b, addrinfo.size).getBigUint64(addrinfo.ai_addr, true)),
    8,
  );
  uv.uv_freeaddrinfo(runtime().pointer(b));
  assert.equal(address.getUint16(sockaddr_in.sin_port), 8080);
});

testBothMakes("uv_getaddrinfo_cb records an error without a list", (loop) => {
  const { uv_getaddrinfo } = bind("uv_getaddrinfo");
  const request = loop.request("lookup", UV_GETADDRINFO);
  const hints = loop.memory(addrinfo.size);
  hints.region.i32[(hints.offset + addrinfo.ai_flags) / 4] = addrinfo_flags.AI_NUMERICHOST;
  const { on_getaddrinfo } = loop.callbacks.pointers;
  const host = loop.text("not-a-number").pointer;
  uv_getaddrinfo(loop.pointer, request.pointer, on_getaddrinfo, host, null, hints.pointer);
  const { a, b } = loop.runUntilEvent("GETADDRINFO");
  assert.deepEqual([a, b], [uv_errno_t.UV_EAI_NONAME, 0]);
});

testBothMakes("uv_getnameinfo_cb records where host and service lie in the request", (loop) => {
  const { uv_getnameinfo } = bind("uv_getnameinfo");
  const request = loop.request("name", UV_GETNAMEINFO);
  const { on_getnameinfo } = loop.callbacks.pointers;
  const flags = nameinfo_flags.NI_NUMERICHOST | nameinfo_flags.NI_NUMERICSERV;
  const address = ipv4(loop, "127.0.0.1", 8080).pointer;
  assert.equal(uv_getnameinfo(loop.pointer, request.pointer, on_getnameinfo, address, flags), 0);
  const { a, b, c } = loop.runUntilEvent("GETNAMEINFO");
  loop.events.length = 0; // addresses differ
  assert.deepEqual([a, nativeText(b), nativeText(c)], [0, "127.0.0.1", "8080"]);
  assert.equal(b, request.address + uv_getnameinfo_t.host);
});

testBothMakes("uv_random_cb records the bytes' address and length", (loop) => {
  const { uv_random } = bind("uv_random");
  const request = loop.request("random", UV_RANDOM);
  const bytes = loop.memory(32);
  const { on_random } = loop.callbacks.pointers;
  assert.equal(uv_random(loop.pointer, request.pointer, bytes.pointer, 32, 0, on_random), 0);
  const { a, b, c } = loop.runUntilEvent("RANDOM");
  loop.events.length = 0; // addresses differ
  assert.deepEqual([a, b, c], [0, bytes.address, 32]);
  const filled = bytes.region.u8.subarray(bytes.offset, bytes.offset + 32);
  assert.ok(filled.some((byte) => byte !== 0));
});

testBothMakes("uv_after_work_cb records the status of native work", (loop) => {
  const { uv_queue_work } = bind("uv_queue_work");
  const request = loop.request("work", UV_WORK);
  // Of the right signature and harmless: it reads the request's first word.
  const work = runtime().pointer(openLibrary().address("uv_req_get_data"));
  const { on_after_work } = loop.callbacks.pointers;
  assert.equal(uv_queue_work(loop.pointer, request.pointer, work, on_after_work), 0);
  loop.runUntilEvent("AFTER_WORK");
  assert.deepEqual(loop.events, [{ of: "work", kind: "AFTER_WORK", a: 0, b: 0, c: 0 }]);
});

testBothMakes("uv_exit_cb records the exit status", (loop) => {
  spawn(loop, "/bin/sh", "-c", "exit 7");
  loop.runUntilEvent("EXIT");
  assert.deepEqual(loop.events, [{ of: "process", kind: "EXIT", a: 0, b: 7, c: 0 }]);
});

testBothMakes("uv_exit_cb records the signal that ended a process", (loop) => {
  const { uv_process_kill } = bind("uv_process_kill");
  const process = spawn(loop, "/bin/sleep", "60");
  assert.equal(uv_process_kill(process.pointer, SIGKILL), 0);
  loop.runUntilEvent("EXIT");
  assert.deepEqual(loop.events, [{ of: "process", kind: "EXIT", a: SIGKILL, b: 0, c: 0 }]);
});

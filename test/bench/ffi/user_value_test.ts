import assert from "node:assert/strict";
import type { Port } from "../../../bench/ffi/port.ts";
import { currentPort } from "../../../bench/ffi/current_port.ts";
import { readParameter, readResult, valueOf } from "../../../bench/ffi/user_value.ts";
import { userFunction } from "../../../bench/ffi/user_function.ts";
import { test } from "../../harness.ts";

const port = currentPort() as Port;
const value = (text: string): unknown => valueOf(readParameter(text), port);

test("a parameter is a type, or a type and its value", () => {
  assert.deepEqual(readParameter("f64"), { kind: "f64", text: undefined });
  assert.deepEqual(readParameter("f64=1.5"), { kind: "f64", text: "1.5" });
  assert.deepEqual(readParameter("pointer=a=b"), { kind: "pointer", text: "a=b" });
});

test("a type that there is none of is refused", () => {
  for (const text of ["", "int", "F64", "f64 ", "void", "void=1", "=1"]) {
    assert.throws(() => readParameter(text), TypeError, text);
  }
  for (const text of ["", "int", "buffer", "f64=1"]) {
    assert.throws(() => readResult(text), TypeError, text);
  }
  assert.equal(readResult("void"), "void");
});

test("a value that is none of its type is refused", () => {
  for (
    const text of ["i32=", "i32=1.5", "i32=x", "u64=0x1", "bool=1", "f64=", "f32=x", "f64=NaN"]
  ) {
    assert.throws(() => readParameter(text), TypeError, text);
  }
});

test("an integer must fit its type", () => {
  const outside = ["i8=128", "u8=-1", "i32=2147483648", "u32=4294967296", "usize=-1"];
  outside.push("i64=9223372036854775808", "u64=18446744073709551616", "isize=9223372036854775808");
  for (const text of outside) assert.throws(() => readParameter(text), RangeError, text);
  const inside = ["i8=-128", "u8=255", "i32=-2147483648", "u32=4294967295"];
  inside.push("i64=-9223372036854775808", "u64=18446744073709551615");
  for (const text of inside) assert.equal(String(value(text)), text.split("=")[1]);
});

test("integers are numbers as long as they are exact", () => {
  assert.equal(value("u64=9007199254740991"), 9007199254740991);
  assert.equal(value("u64=9007199254740992"), 9007199254740992n);
  assert.equal(value("i64=-9007199254740992"), -9007199254740992n);
});

test("what is left out is 1, or memory of zeros", () => {
  assert.deepEqual([value("i32"), value("f64"), value("bool")], [1, 1, true]);
  const bytes = value("buffer") as Uint8Array;
  assert.ok(bytes.length >= 4096 && bytes.every((byte) => byte === 0));
  assert.equal(value("pointer=null"), null);
  assert.notEqual(value("pointer"), null);
});

test("text behind a pointer ends with a zero", () => {
  const bytes = value("buffer=hé") as Uint8Array;
  assert.deepEqual([...bytes.subarray(0, 4)], [0x68, 0xc3, 0xa9, 0]);
});

test("userFunction() refuses what is no function's signature", () => {
  for (const args of [[], ["libm.so.6"], ["libm.so.6", "cos"]]) {
    assert.throws(() => userFunction(args), /a function and a result are needed/);
  }
  assert.throws(() => userFunction(["libm.so.6", "cos", "f64", "double"]), TypeError);
  assert.throws(() => userFunction(["libm.so.6", "cos", "double", "f64"]), TypeError);
  assert.throws(() => userFunction(["libc.so.6", "abs", "i32=3000000000", "i32"]), RangeError);
  assert.equal(userFunction(["libc.so.6", "getpid", "i32"]).lab, "ffi");
});

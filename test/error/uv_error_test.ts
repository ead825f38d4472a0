import assert from "node:assert/strict";
import { errorText, uv_errno_common, uv_errno_t } from "../../ffi/mod.ts";
import { UvError } from "../../src/mod.ts";
import { test } from "../harness.ts";

test("M2: every error of libuv has its name and a text", () => {
  for (const [name, code] of Object.entries({ ...uv_errno_t, ...uv_errno_common })) {
    const known = errorText(code);
    if (known.name.startsWith("Unknown system error")) continue; // newer than this libuv
    assert.equal(`UV_${known.name}`, name);
    assert.ok(known.text.length > 0 && known.text !== known.name, name);
    const error = new UvError(code, "try", "it");
    assert.equal(error.code, known.name);
    assert.equal(error.message, `Cannot try it: ${known.name}, ${known.text}`);
    assert.equal(error.errno, code);
  }
});

test("M2: an unknown error has the same text each time", () => {
  for (const code of [-123_456, -9999]) {
    assert.equal(errorText(code).name, `Unknown system error ${code}`);
    assert.deepEqual(errorText(code), errorText(code));
  }
});

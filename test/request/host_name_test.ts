import assert from "node:assert/strict";
import { hostName } from "../../src/request/host_name.ts";
import { test } from "../harness.ts";

test("a host in ASCII stays as it is: the resolver knows what it means", () => {
  for (const host of ["localhost", "Example.COM.", "a_b", "127.1", "fe80::1%lo", "[::1]", "a b"]) {
    assert.equal(hostName(host), host);
  }
});

test("other scripts become ASCII by the rules of URLs, upper case and full stops included", () => {
  assert.equal(hostName("BÜCHER.example"), "xn--bcher-kva.example");
  assert.equal(hostName("bücher.example."), "xn--bcher-kva.example.");
  assert.equal(hostName("_sip.ü.de"), "_sip.xn--tda.de");
  assert.equal(hostName("日本。jp"), "xn--wgv71a.jp");
  assert.equal(hostName("пример.испытание"), "xn--e1afmkfd.xn--80akhbyknj4f");
});

test("what a URL would take for something else than its host is refused", () => {
  const hosts = ["ü/x", "ü?", "ü#", "me@ü", "ü:80", "ü%41", "ü\\x", "ü\t", "[ü]", "ü b", "ü\n"];
  for (const host of hosts) assert.throws(() => hostName(host), RangeError, host);
});

test("what is no name in any script is refused", () => {
  for (const host of ["\ud800", "\u00ad", "xn--ü"]) {
    assert.throws(() => hostName(host), RangeError, JSON.stringify(host));
  }
});

test("a host has at most 255 characters, also when it is converted", () => {
  assert.equal(hostName("a".repeat(255)).length, 255);
  assert.throws(() => hostName("a".repeat(256)), RangeError);
  const label = (length: number): string => "й".repeat(length - 1) + "a";
  const converted = hostName([label(30), label(30)].join("."));
  assert.match(converted, /^xn--[^.]+\.xn--[^.]+$/);
  const many = Array.from({ length: 8 }, () => label(28)).join(".");
  assert.ok(many.length <= 255);
  assert.throws(() => hostName(many), RangeError);
});

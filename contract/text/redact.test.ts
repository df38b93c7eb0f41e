import { expect, test } from "vitest";
import { redact } from "./redact.js";
import { redactStream } from "./redact-stream.js";

const secret = 'p@ss "w0rd"/+<é>\t';
const pem = "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0B\r\nAQEFAASC\n-----END KEY-----\n";

test.each([
  ["plain", secret],
  ["without the space around it", secret.trim()],
  ["JSON", JSON.stringify(secret)],
  ["JSON in JSON", JSON.stringify(JSON.stringify(secret))],
  ["JSON by Go", JSON.stringify(secret).replaceAll("<", "\\u003c").replaceAll(">", "\\u003e")],
  ["JSON by Python", JSON.stringify(secret).replaceAll("é", "\\u00e9")],
  ["JSON by PHP", JSON.stringify(secret).replaceAll("/", "\\/")],
  ["URL", encodeURIComponent(secret)],
  ["URL in lower case", encodeURIComponent(secret).replace(/%../g, (code) => code.toLowerCase())],
  ["form", new URLSearchParams({ value: secret }).toString()],
  ["base64", Buffer.from(secret).toString("base64")],
  ["base64 of the trimmed value", Buffer.from(secret.trim()).toString("base64")],
  ["base64url", Buffer.from(secret).toString("base64url")],
])("masks the form %s", (_name, form) => {
  const shown = redact(`before ${form} after`, [secret]);
  expect(shown).toContain("[secret]");
  expect(shown).toMatch(/^before .* after$/s);
  for (const part of ["p@ss", "p%40", "p\\u0040", "w0rd", Buffer.from("p@ss").toString("base64").slice(0, 4)]) {
    expect(shown).not.toContain(part);
  }
});

test("masks the whole, and each long line, of a secret with several lines", () => {
  expect(redact(`x ${JSON.stringify(pem)} y`, [pem])).toBe('x "[secret]" y');
  expect(redact("  MIIEvQIBADANBgkqhkiG9w0B |", [pem])).toBe("  [secret] |");
});

test("leaves words alone that a secret's short line is", () => {
  expect(redact("the password is AQEFAASC", ["password\nAQEFAASC\nlong-enough-to-be-one"])).toBe(
    "the password is AQEFAASC",
  );
});

test("leaves nothing of the longer one of two secrets, whatever their order", () => {
  for (const secrets of [
    ["abcdef", "abcdefghij"],
    ["abcdefghij", "abcdef"],
    ["abcdef", "defghij"],
  ]) {
    expect(redact("<abcdefghij>", secrets)).toBe("<[secret]>");
  }
});

test("masks what no URL can hold, and a secret as long as a file", () => {
  expect(redact("a \ud800secret b", ["\ud800secret"])).toBe("a [secret] b");
  const long = "0123456789".repeat(50_000);
  expect(redact(`a ${long} b`, [long])).toBe("a [secret] b");
});

test("leaves values under six characters alone, but for a shorter bound", () => {
  expect(redact("mode dev", ["dev", ""])).toBe("mode dev");
  expect(redact("mode dev", ["dev", ""], 1)).toBe("mode [secret]");
});

const streamed = [secret, pem, "abcabcabd", "abcdef", "abcdefghij"];
const whole = `1 abcabcabcabd 2 ${secret} 3 abcdefghij 4 abcdefghi 5 ${pem}\n6 ${JSON.stringify(pem)} 7 p@s`;

test("masks a stream as its whole, however it is cut", () => {
  const expected = redact(whole, streamed);
  for (let size = 1; size <= whole.length; size += 1) {
    const stream = redactStream(streamed);
    let shown = "";
    for (let start = 0; start < whole.length; start += size) shown += stream.write(whole.slice(start, start + size));
    expect({ size, shown: shown + stream.end() }).toEqual({ size, shown: expected });
  }
});

test("holds back only what may be the beginning of a secret", () => {
  const stream = redactStream(["hunter2-hunter2"]);
  expect(stream.write("Do you want this? [y/N] ")).toBe("Do you want this? [y/N] ");
  expect(stream.write("hunt")).toBe("");
  expect(stream.write("ing for hu")).toBe("hunting for ");
  expect(stream.end()).toBe("hu");
});

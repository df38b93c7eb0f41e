import { expect, test } from "vitest";
import { maskedOutput, plainOutputs } from "./secret-output.js";

const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:abc" };

test("a secret is found and masked at every depth, plain values stay", () => {
  const plain = { a: "x", b: 1, c: [true, null], d: { e: "f" } };
  expect(plainOutputs({ ...plain, s: secret, t: [{ u: secret }] })).toEqual(plain);
  expect(maskedOutput({ ...plain, s: secret, t: [{ u: secret }] })).toEqual({
    ...plain,
    s: "[secret]",
    t: [{ u: "[secret]" }],
  });
});

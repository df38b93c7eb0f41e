import { expect, test } from "vitest";
import { redact } from "./redact.js";
import { urlSecrets } from "./url-secrets.js";

test.each([
  ["postgres://user:pw@db.example.com:5432/state", "postgres://[secret]@db.example.com:5432/state"],
  ["postgres://user:p%40ss-word@db/state?sslmode=require", "postgres://[secret]@db/state?sslmode=require"],
  ["postgres://user:p/w#x?y@db/state", "postgres://[secret]@db/state"],
  ["postgres://postgres@db/state?password=hunter2", "postgres://postgres@db/state?[secret]"],
  ["https://a-token@state.example.com", "https://[secret]@state.example.com"],
  ["azblob://states?sv=2024&sig=abc%2Bdef", "azblob://states?sv=2024&[secret]"],
  ["s3://bucket?region=us-east-1&awssdk=v2", "s3://bucket?region=us-east-1&awssdk=v2"],
  ["file://~", "file://~"],
  ["file:///home/me@work/states", "file:///home/me@work/states"],
])("masks what is secret of %s", (url, shown) => {
  expect(redact(`cannot open "${url}"`, urlSecrets(url))).toBe(`cannot open "${shown}"`);
});

test("masks the password by itself, as written and decoded", () => {
  const secrets = urlSecrets("postgres://user:p%40ss-word@db/state?password=hunter%212");
  expect(redact("password=p@ss-word or p%40ss-word or hunter!2", secrets)).toBe(
    "password=[secret] or [secret] or [secret]",
  );
});

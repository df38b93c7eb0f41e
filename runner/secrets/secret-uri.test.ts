import { describe, expect, it } from "vitest";
import { parseSecretUri, splitArguments } from "./secret-uri.js";

describe("parseSecretUri", () => {
  it.each<[text: string, expected: object]>([
    ["env://DIGITALOCEAN_TOKEN", { scheme: "env", name: "DIGITALOCEAN_TOKEN" }],
    ["  ENV://_x1\n", { scheme: "env", name: "_x1", text: "env://_x1" }],
    ["file://token", { scheme: "file", path: "token" }],
    ["file:///run/secrets/a b", { scheme: "file", path: "/run/secrets/a b" }],
    ["file://~/.config/token#1?", { scheme: "file", path: "~/.config/token#1?" }],
    ["dotenv://.env#TOKEN", { scheme: "dotenv", path: ".env", name: "TOKEN" }],
    ["dotenv://../c#/.env#a.b-c", { scheme: "dotenv", path: "../c#/.env", name: "a.b-c" }],
    ["doppler://planton/dev_me/API_KEY", { scheme: "doppler", project: "planton", config: "dev_me", name: "API_KEY" }],
    ["op://Private/My Item/password", { scheme: "op", vault: "Private", item: "My Item" }],
    [
      "OP://Private/Item/Login/one-time password?attribute=otp",
      { text: "op://Private/Item/Login/one-time password?attribute=otp" },
    ],
    ["exec:pass show 'a b'", { scheme: "exec", program: "pass", args: ["show", "a b"], shown: "exec:pass ..." }],
    ["exec:./token.sh", { scheme: "exec", program: "./token.sh", args: [], shown: "exec:./token.sh" }],
  ])("reads %j", (text, expected) => {
    expect(parseSecretUri(text)).toMatchObject(expected);
  });

  it.each([
    "",
    "hunter2",
    "env:NAME",
    "environment://NAME",
    "https://example.com/op://x/y/z",
    "postgres://user:password@host/db",
    "opx://a/b/c",
    "executable:x",
    "$TOKEN",
  ])("takes %j as a literal", (text) => {
    expect(parseSecretUri(text)).toBeUndefined();
  });

  const marker = "marker-Zq8";
  it.each([
    `env://${marker} x`,
    `env://9${marker}`,
    "env://",
    "file://",
    `file://a\u0000${marker}`,
    `dotenv://${marker}`,
    `dotenv://#${marker}`,
    `dotenv://.env#`,
    `dotenv://.env#${marker} x`,
    `doppler://${marker}/dev`,
    `doppler://${marker}/dev/A/B`,
    `doppler://-${marker}/dev/A`,
    `doppler://p/--${marker}/A`,
    `doppler://p/dev/${marker}`,
    `op://${marker}/item`,
    `op://a/b/c/d/${marker}`,
    `op://a//${marker}`,
    `op://a/b\n--${marker}/c`,
    "exec:",
    "exec: ''",
    `exec:pass '${marker}`,
    `exec:pass ${marker}\\`,
  ])("refuses %j without revealing what follows the scheme", (text) => {
    const parsed = parseSecretUri(text);
    expect(parsed).toMatchObject({ scheme: "malformed" });
    expect(JSON.stringify(parsed)).not.toContain(marker);
  });
});

describe("splitArguments", () => {
  it.each<[text: string, words: readonly string[] | undefined]>([
    ["", []],
    ["  a  b\tc ", ["a", "b", "c"]],
    [`'a b' "c d"`, ["a b", "c d"]],
    [`a'b'"c"d`, ["abcd"]],
    [`'' ""`, ["", ""]],
    [`"a\\"b\\\\c\\d"`, [`a"b\\c\\d`]],
    [`'a\\b'`, ["a\\b"]],
    ["a\\ b \\'c", ["a b", "'c"]],
    ["$HOME `id` * ; | > x", ["$HOME", "`id`", "*", ";", "|", ">", "x"]],
    ["'a", undefined],
    [`"a\\"`, undefined],
    ["a\\", undefined],
  ])("splits %j", (text, words) => {
    expect(splitArguments(text)).toEqual(words);
  });
});

import { describe, expect, it } from "vitest";
import { credentialFault, trimCredential } from "./credential-form.js";

describe("credentialFault", () => {
  it.each([
    "dop_v1_0123456789abcdef",
    "dp.st.dev.0123",
    "a",
    "env://NAME",
    "p$ss'w\"rd",
    "$abc",
    "a+b/c==",
    "bearer0123",
  ])("takes %s", (text) => {
    expect(credentialFault(text)).toBeUndefined();
  });

  it.each([
    ["", "is empty"],
    ["a\nb", "line break"],
    ["a\r\nb", "line break"],
    ["a\rb", "line break"],
    ["a\u2028b", "line break"],
    ["a\tb", "header"],
    ["a\0b", "header"],
    ["tokén", "header"],
    ["ключ", "header"],
    ["a\u00a0b", "header"],
    ["a\u200bb", "header"],
    ['"abc"', "quotes"],
    ["'abc'", "quotes"],
    ["“abc”", "quotes"],
    ['"abc', "quotes"],
    ["Bearer abc", "header"],
    ["Authorization: Bearer abc", "header"],
    ["$" + "{DIGITALOCEAN_TOKEN}", "placeholder"],
    ["$DIGITALOCEAN_TOKEN", "placeholder"],
    ["{{ .Values.token }}", "placeholder"],
    ["$(cat token)", "placeholder"],
    ["%TOKEN%", "placeholder"],
    ["<your-token>", "placeholder"],
    ["[token]", "placeholder"],
    ["your-token-here", "placeholder"],
    ["changeme", "placeholder"],
    ["CHANGE_ME", "placeholder"],
    ["xxx", "placeholder"],
    ["dop_v1_xxxxxxxx", "placeholder"],
    ["dop_v1_...", "placeholder"],
    ["***", "placeholder"],
    ["env:NAME", "secret URI"],
    ["file:/run/token", "secret URI"],
  ])("refuses %j and does not repeat it", (text, says) => {
    const fault = credentialFault(text);
    expect(fault?.problem).toContain(says);
    if (text.length > 3) expect(`${fault?.problem} ${fault?.hint}`).not.toContain(text);
  });
});

describe("trimCredential", () => {
  it.each(["abc\n", " abc ", "abc\r\n", "\ufeffabc", "\tabc\u00a0"])("leaves the key of %j", (text) => {
    expect(trimCredential(text)).toBe("abc");
  });
});

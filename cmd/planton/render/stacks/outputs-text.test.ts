import { expect, test } from "vitest";
import { parseDotenv } from "../../../../runner/secrets/backends/dotenv.js";
import { outputsLines } from "./outputs-text.js";

const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:abc" };
const stacks = [
  {
    name: "db/orders",
    outputs: { host: "db.example", port: 3306, uri: secret, users: [{ name: "a", password: secret }] },
  },
  { name: "vpc/my-network", outputs: { id: "4f1c" } },
  { name: "vpc/empty", outputs: {} },
];

test("as text, secrets masked at every depth", () => {
  expect(outputsLines(stacks, "text")).toEqual([
    "db/orders",
    "  host   db.example",
    "  port   3306",
    "  uri    [secret]",
    '  users  [{"name":"a","password":"[secret]"}]',
    "",
    "vpc/my-network",
    "  id  4f1c",
    "",
    "vpc/empty",
    "  (no outputs)",
  ]);
});

test("as JSON by the names of the stacks", () => {
  expect(JSON.parse(outputsLines(stacks, "json").join("\n"))).toEqual({
    "db/orders": { host: "db.example", port: 3306, uri: "[secret]", users: [{ name: "a", password: "[secret]" }] },
    "vpc/my-network": { id: "4f1c" },
    "vpc/empty": {},
  });
});

test("as variables called after stack and output; a secret is none", () => {
  const lines = outputsLines(stacks, "env");
  expect(lines).toContain("# DB_ORDERS_URI=[secret]");
  expect(Object.fromEntries([...parseDotenv(lines.join("\n"))].map(([name, { value }]) => [name, value]))).toEqual({
    DB_ORDERS_HOST: "db.example",
    DB_ORDERS_PORT: "3306",
    VPC_MY_NETWORK_ID: "4f1c",
  });
});

test("two variables of one name are refused, never one of them dropped", () => {
  const two = [
    { name: "db/a", outputs: { b_c: 1 } },
    { name: "db/a-b", outputs: { c: 2 } },
  ];
  expect(() => outputsLines(two, "env")).toThrow(expect.objectContaining({ code: "E_USAGE" }));
  expect(outputsLines(two, "json")).toHaveLength(1);
});

test("no format shows a ciphertext, and text of a vendor moves nothing on a terminal", () => {
  for (const format of ["text", "json", "env"] as const) {
    expect(outputsLines(stacks, format).join("\n")).not.toMatch(/v1:abc|4dabf/);
  }
  expect(outputsLines([{ name: "a", outputs: { b: "\u001b[2J\nx" } }], "text")[1]).toBe("  b  \\x1b[2J\\nx");
});

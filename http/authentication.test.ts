import { describe, expect, it } from "vitest";
import { systemClock } from "../contract/clock.js";
import type { VendorFetch } from "../contract/vendor.js";
import { type Authentication, basic, bearer, headerKeys } from "./authentication.js";
import { createHttpClient } from "./http-client.js";
import { noRetries } from "./retry.js";

function clientOf(authentication: Authentication, fetch: VendorFetch) {
  const options = { fetch, clock: systemClock, retry: noRetries, timeoutMs: 1000, userAgent: "test" };
  return createHttpClient({ baseUrl: "https://api.example", authentication, ...options });
}

describe.each<[name: string, Authentication, headers: Record<string, string>, secrets: string[]]>([
  ["bearer", bearer("marker-1"), { authorization: "Bearer marker-1" }, ["marker-1"]],
  [
    "basic",
    basic("user", "pä:marker-2"),
    { authorization: "Basic dXNlcjpww6Q6bWFya2VyLTI=" },
    ["pä:marker-2", "dXNlcjpww6Q6bWFya2VyLTI="],
  ],
  [
    "headerKeys",
    headerKeys({ "x-key": "marker-3", "x-secret": "marker-4" }),
    { "x-key": "marker-3", "x-secret": "marker-4" },
    ["marker-3", "marker-4"],
  ],
])("%s", (_name, authentication, headers, secrets) => {
  it("is sent with every request, and in no message", async () => {
    const sent: Readonly<Record<string, string>>[] = [];
    const fetch: VendorFetch = async (_url, init) => {
      sent.push(init.headers);
      throw new Error(`refused ${secrets.join(" ")}`);
    };
    await expect(clientOf(authentication, fetch).send({ method: "GET", path: "/x" })).rejects.toMatchObject({
      code: "E_VENDOR_UNREACHABLE",
      message: `GET https://api.example/x: refused ${secrets.map(() => "[secret]").join(" ")}`,
    });
    expect(sent).toMatchObject([headers]);
  });
});

it("sends nothing without credentials", async () => {
  const fetch: VendorFetch = () => Promise.reject(new Error("sent"));
  const problem = { code: "E_CREDENTIALS_MISSING", message: "no token" } as const;
  const client = clientOf(bearer("", problem), fetch);
  await expect(client.send({ method: "GET", path: "/x" })).rejects.toMatchObject(problem);
  expect(client.mask("abc")).toBe("abc");
});

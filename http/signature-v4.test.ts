import { expect, it } from "vitest";
import type { UnsignedRequest } from "./authentication.js";
import { signatureV4 } from "./signature-v4.js";

/** Keys, time and signatures of AWS's own test suite for Signature Version 4 (aws-sig-v4-test-suite, 2015). */
const suite = {
  accessKeyId: "AKIDEXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
  region: "us-east-1",
  service: "service",
  clock: { nowMs: () => Date.UTC(2015, 7, 30, 12, 36) },
};

async function headersOf(request: Partial<UnsignedRequest>, more = {}): Promise<Readonly<Record<string, string>>> {
  let sent: Readonly<Record<string, string>> = {};
  const url = new URL("https://example.amazonaws.com/");
  await signatureV4({ ...suite, ...more }).send(
    { method: "GET", url, body: undefined, headers: {}, ...request },
    async (headers) => {
      sent = headers;
      return { status: 200, headers: { get: () => null }, body: undefined };
    },
  );
  return sent;
}

it.each([
  ["get-vanilla", {}, "host;x-amz-date", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"],
  [
    "get-vanilla-query-order-key-case",
    { url: new URL("https://example.amazonaws.com/?Param2=value2&Param1=value1") },
    "host;x-amz-date",
    "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
  ],
  [
    "post-vanilla",
    { method: "POST" },
    "host;x-amz-date",
    "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
  ],
  [
    "post-x-www-form-urlencoded",
    { method: "POST", body: "Param1=value1", headers: { "content-type": "application/x-www-form-urlencoded" } },
    "content-type;host;x-amz-date",
    "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
  ],
])("signs %s as AWS does", async (_name, request, signed, signature) => {
  const { authorization } = await headersOf(request);
  expect(authorization).toBe(
    `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=${signed}, Signature=${signature}`,
  );
});

it("signs the session token of temporary credentials and the request's own headers, and keeps the secrets", async () => {
  const headers = { "content-type": "application/x-amz-json-1.0", "x-amz-target": "DynamoDB_20120810.ListTables" };
  const sent = await headersOf({ method: "POST", body: "{}", headers }, { sessionToken: "marker-1" });
  expect(sent["authorization"]).toContain(
    "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target,",
  );
  expect(sent).toMatchObject({ ...headers, "x-amz-date": "20150830T123600Z", "x-amz-security-token": "marker-1" });
  expect(sent).not.toHaveProperty("host");
  expect(signatureV4({ ...suite, sessionToken: "marker-1" }).secrets).toEqual([suite.secretAccessKey, "marker-1"]);
});

import { spawn, spawnSync } from "node:child_process";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ownerKey } from "./api-keys.js";
import { clustersPath, openTidbSandbox, smallCluster, type TidbSandbox } from "./test-tidbcloud.js";

/**
 * Python's `requests`, which the vendor's own samples use; where it is missing, digest.test.ts has the form of its
 * header.
 */
const hasRequests = spawnSync("python3", ["-c", "import requests"]).status === 0;

const script = `
import json, sys, requests
from requests.auth import HTTPDigestAuth
base, public, private, body = sys.argv[1:]
session = requests.Session()
session.auth = HTTPDigestAuth(public, private)
calls = [("GET", "", None), ("POST", "", json.loads(body)), ("GET", "?pageSize=1&x=a%20b", None), ("GET", "?pageSize=1", None)]
print(json.dumps([session.request(m, base + p, json=b).status_code for m, p, b in calls]))
print(json.dumps([requests.get(base, auth=HTTPDigestAuth(public, "wrong")).status_code]))
`;

let sandbox: TidbSandbox;
beforeEach(async () => {
  sandbox = await openTidbSandbox();
});
afterEach(() => sandbox.close());

function python(...args: readonly string[]): Promise<string> {
  const child = spawn("python3", ["-c", script, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", () => resolve(text));
  });
}

test.skipIf(!hasRequests)(
  "HTTPDigestAuth of Python's requests gets through, with one nonce for a session",
  async () => {
    const { publicKey, privateKey } = ownerKey;
    const output = await python(
      `${sandbox.baseUrl()}${clustersPath}`,
      publicKey,
      privateKey,
      JSON.stringify(smallCluster),
    );
    expect(output.trim().split("\n")).toEqual(["[200, 200, 200, 200]", "[401]"]);
  },
);

import { sign } from "aws4";
import type { Clock } from "../contract/clock.js";
import type { PlantonErrorInit } from "../contract/planton-error.js";
import type { Authentication } from "./authentication.js";

/** What {@link signatureV4} signs with. */
export interface SignatureV4Input {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of temporary credentials. */
  readonly sessionToken?: string | undefined;
  readonly region: string;
  /** Signing name of the service, such as "s3" or "dynamodb". */
  readonly service: string;
  readonly clock: Pick<Clock, "nowMs">;
  readonly problem?: PlantonErrorInit | undefined;
}

/**
 * AWS Signature Version 4, for AWS and what speaks its protocols: each try is signed anew, at the clock's time, with its
 * method, path, query, host, body, content type and x-amz-* headers.
 */
export function signatureV4(input: SignatureV4Input): Authentication {
  const { accessKeyId, secretAccessKey, sessionToken = "", region, service, clock } = input;
  return {
    secrets: [secretAccessKey, sessionToken].filter((secret) => secret !== ""),
    problem: input.problem,
    send: ({ method, url, body, headers }, send) => {
      const date = new Date(clock.nowMs()).toISOString().replace(/[:-]|\.\d{3}/g, "");
      const request = {
        method,
        host: url.host,
        path: url.pathname + url.search,
        ...(body === undefined ? {} : { body }),
        headers: { ...headers, "X-Amz-Date": date },
        service,
        region,
        // A proxy may change it. Not in the types of aws4.
        extraHeadersToIgnore: { "content-length": true },
      };
      const token = sessionToken === "" ? {} : { sessionToken };
      const signed = sign(request, { accessKeyId, secretAccessKey, ...token });
      // `fetch` sets these two by itself.
      const { Host: _host, "Content-Length": _length, ...sent } = signed.headers ?? {};
      return send(Object.fromEntries(Object.entries(sent).map(([name, value]) => [name.toLowerCase(), String(value)])));
    },
  };
}

import type { PlantonErrorInit } from "../contract/planton-error.js";
import { redact } from "../contract/text/redact.js";
import type { ReceivedResponse } from "./http-message.js";

/** A request as it is sent, but for what proves who sends it. */
export interface UnsignedRequest {
  readonly method: string;
  readonly url: URL;
  readonly body: string | Buffer | undefined;
  /** Those of the request's own and the content type, by lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Sends the request once more with these headers, or `instead` of it another one. */
type SendWithHeaders = (
  headers: Readonly<Record<string, string>>,
  instead?: Pick<UnsignedRequest, "url" | "body"> & { readonly method: string },
) => Promise<ReceivedResponse>;

/** How requests prove who sends them. A scheme that signs requests computes its headers from the unsigned request. */
export interface Authentication {
  /** Not empty; no message contains them. */
  readonly secrets: readonly string[];
  /** Why nothing can be sent, such as missing credentials; thrown by the first request. */
  readonly problem?: PlantonErrorInit | undefined;
  /** Sends one try, which may take several requests. */
  send(request: UnsignedRequest, send: SendWithHeaders): Promise<ReceivedResponse>;
}

/** The message with `[secret]` in place of each secret in every form of it, however short: a vendor may repeat anything. */
export function redactSecrets(message: string, secrets: readonly string[]): string {
  return redact(message, secrets, 1);
}

function fixedHeaders(
  headers: Readonly<Record<string, string>>,
  { secrets, problem }: Pick<Authentication, "secrets" | "problem">,
): Authentication {
  return {
    secrets: secrets.filter((secret) => secret !== ""),
    problem,
    send: (_request, send) => send(headers),
  };
}

/** `Authorization: Bearer ...`. */
export function bearer(token: string, problem?: PlantonErrorInit): Authentication {
  return fixedHeaders({ authorization: `Bearer ${token}` }, { secrets: [token], problem });
}

/** `Authorization: Basic ...` (RFC 7617, UTF-8). */
export function basic(username: string, password: string, problem?: PlantonErrorInit): Authentication {
  const encoded = Buffer.from(`${username}:${password}`, "utf8").toString("base64");
  return fixedHeaders({ authorization: `Basic ${encoded}` }, { secrets: [encoded, password], problem });
}

/** Keys in headers of the vendor's own: `{ "x-api-key": key }`. */
export function headerKeys(keys: Readonly<Record<string, string>>, problem?: PlantonErrorInit): Authentication {
  return fixedHeaders(keys, { secrets: Object.values(keys), problem });
}

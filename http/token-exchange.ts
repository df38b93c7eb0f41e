import { PlantonError, type PlantonErrorInit } from "../contract/planton-error.js";
import type { Authentication, UnsignedRequest } from "./authentication.js";
import type { ReceivedResponse } from "./http-message.js";
import { objectOf, parseJson } from "./json.js";
import { baseUrlProblem, isLoopbackUrl } from "./secure-url.js";

/** What the credentials were exchanged for. */
export interface ExchangedToken {
  /** Value of the header Authorization. */
  readonly authorization: string;
  /** Base URL of the API for this account. */
  readonly baseUrl: string;
  /** Fields that every JSON body has beside its own, such as the id of the account. Default: none. */
  readonly fields?: Readonly<Record<string, string>>;
}

/** How a long-lived key is exchanged for a short-lived token. */
export interface TokenExchange {
  /** Base URL of the client, where the exchange is. */
  readonly baseUrl: string;
  /** Path of the exchange, a GET below the base URL. */
  readonly path: string;
  /** Value of the header Authorization of the exchange. */
  readonly authorization: string;
  /** The key in every form in which it is sent. */
  readonly secrets: readonly string[];
  readonly problem?: PlantonErrorInit | undefined;
  /** The token in a success response to the exchange; undefined when it has none. */
  readonly tokenIn: (body: unknown) => ExchangedToken | undefined;
  /** Whether a response says that the token is no longer good, so that the request did nothing. */
  readonly isExpired: (response: ReceivedResponse) => boolean;
}

/** The token goes to a safe address, and from this machine to this machine alone. Throws E_VENDOR. */
function assertSafe(baseUrl: string, exchangedAt: string): void {
  const leaves = isLoopbackUrl(exchangedAt) && !isLoopbackUrl(baseUrl);
  const problem = leaves ? `"${baseUrl}" is not on this machine, as "${exchangedAt}" is` : baseUrlProblem(baseUrl);
  if (problem === undefined) return;
  const message = `the address of the API that came with the token is refused: ${problem}`;
  throw new PlantonError({ code: "E_VENDOR", message, hint: "correct the API URL" });
}

/**
 * Sends requests with a token that the key is exchanged for at the first one, and again when the vendor says that the
 * token has expired. Requests that run at the same time share one exchange. An exchange that fails is the response.
 */
export function tokenExchange(given: TokenExchange): Authentication {
  const baseUrl = given.baseUrl.replace(/\/+$/, "");
  const tokens = new Set<string>();
  let shared: Promise<ExchangedToken | ReceivedResponse> | undefined;

  const exchange = async (
    sendOnce: Parameters<Authentication["send"]>[1],
  ): Promise<ExchangedToken | ReceivedResponse> => {
    const url = new URL(baseUrl + given.path);
    const response = await sendOnce({ authorization: given.authorization }, { method: "GET", url, body: undefined });
    if (response.status < 200 || response.status > 299) return response;
    const token = given.tokenIn(response.body);
    if (token === undefined) {
      const message = `GET ${url.href}: expected a token in the response, but there is none`;
      throw new PlantonError({ code: "E_VENDOR", message, hint: "correct the API URL" });
    }
    tokens.add(token.authorization);
    assertSafe(token.baseUrl, baseUrl);
    return token;
  };

  /** The shared token; what failed is not kept, so that the next request tries again. */
  const current = async (sendOnce: Parameters<Authentication["send"]>[1]) => {
    shared ??= exchange(sendOnce);
    const mine = shared;
    const forget = (): void => {
      if (shared === mine) shared = undefined;
    };
    const got = await mine.catch((error: unknown) => {
      forget();
      throw error;
    });
    if ("status" in got) forget();
    return { got, forget };
  };

  const rebased = ({ method, url, body }: UnsignedRequest, { baseUrl: to, fields = {} }: ExchangedToken) => ({
    method,
    body: typeof body === "string" ? JSON.stringify({ ...fields, ...objectOf(parseJson(body)) }) : body,
    url: new URL(to.replace(/\/+$/, "") + url.href.slice(baseUrl.length)),
  });

  return {
    get secrets() {
      return [...given.secrets, ...tokens].filter((secret) => secret !== "");
    },
    problem: given.problem,
    async send(request, sendOnce) {
      for (let isLast = false; ; isLast = true) {
        const { got, forget } = await current(sendOnce);
        if ("status" in got) return got;
        const response = await sendOnce({ authorization: got.authorization }, rebased(request, got));
        if (isLast || !given.isExpired(response)) return response;
        forget();
      }
    },
  };
}

import { PlantonError } from "../contract/planton-error.js";
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
  /** Values of the fields that JSON bodies leave empty (""), such as the id of the account. Default: none. */
  readonly fields?: Readonly<Record<string, string>>;
}

/** How a long-lived key is exchanged for a short-lived token. */
export interface TokenExchange {
  /** Base URL of the client, where the exchange is. */
  readonly baseUrl: string;
  /** Path of the exchange, a GET below the base URL. */
  readonly path: string;
  /** How the exchange itself is authenticated, such as by the key's two halves. */
  readonly key: Authentication;
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
    const request: UnsignedRequest = { method: "GET", url, body: undefined, headers: {} };
    const response = await given.key.send(request, (headers) => sendOnce(headers, request));
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

  const filled = (body: string, fields: Readonly<Record<string, string>>): string => {
    const given = Object.entries(objectOf(parseJson(body)));
    return JSON.stringify(
      Object.fromEntries(given.map(([name, value]) => [name, value === "" ? (fields[name] ?? "") : value])),
    );
  };

  const rebased = ({ method, url, body }: UnsignedRequest, { baseUrl: to, fields = {} }: ExchangedToken) => ({
    method,
    body: typeof body === "string" ? filled(body, fields) : body,
    url: new URL(to.replace(/\/+$/, "") + url.href.slice(baseUrl.length)),
  });

  return {
    get secrets() {
      return [...given.key.secrets, ...tokens].filter((secret) => secret !== "");
    },
    problem: given.key.problem,
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

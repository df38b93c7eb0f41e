import { PlantonError } from "../../contract/planton-error.js";
import type { Clock } from "../kit/clock.js";
import type { HttpAnswer, HttpClient, HttpRequest } from "../kit/http-client.js";
import { asFilledText, asObject, asObjects, type JsonObject } from "../kit/json-answer.js";
import type { PollPace } from "../kit/poll.js";
import type { IntentStore } from "./intent-store.js";

/** One call of the API. */
export interface ApiRequest extends HttpRequest {
  /** Texts of the body that no error may hold. */
  readonly secrets?: readonly string[];
}

/** What the resources call. */
export interface TidbCloudApi {
  /** The answer whatever its status. Throws E_VENDOR_UNREACHABLE when there is none. */
  send(request: ApiRequest): Promise<HttpAnswer>;
  /** The answer of a success. Throws E_VENDOR, E_CREDENTIALS_REFUSED or E_VENDOR_UNREACHABLE. */
  call(request: ApiRequest): Promise<JsonObject>;
  /** The error that stands for an answer. */
  errorOf(answer: HttpAnswer, secrets?: readonly string[]): PlantonError;
  /** The object of an answer; throws what {@link errorOf} makes when it is no success. */
  bodyOf(answer: HttpAnswer, secrets?: readonly string[]): JsonObject;
  /** All clusters that fit the filter (all without one), whatever the number of pages. */
  listClusters(
    filter: string | undefined,
    wait: Pick<HttpRequest, "signal" | "deadlineMs">,
  ): Promise<readonly JsonObject[]>;
  readonly clock: Clock;
  readonly pace: PollPace;
  readonly intents: IntentStore;
}

/** Path of the serverless API below its endpoint (cluster.swagger.json of tidbcloud-cli 19aea6a, 2026-05). */
export const apiPath = "/v1beta1";
const pageSize = 100;
/** A list that goes on for ever is a fault of the vendor's, not a reason to read for ever. */
const maxPages = 1000;

function messageOf({ body, headers, method, url, status, attempts }: HttpAnswer): string {
  const text = asFilledText(asObject(body)?.["message"]) ?? asFilledText(asObject(body)?.["msgPrefix"]);
  const trace = headers.get("x-debug-trace-id");
  const facts = [trace === null ? "" : `trace "${trace}"`, attempts > 1 ? `attempts: ${attempts}` : ""];
  const details = facts.filter((fact) => fact !== "").join("; ");
  return `${method} ${url}: ${status}${details === "" ? "" : ` (${details})`} ${text ?? ""}`.trimEnd();
}

const hints: readonly { readonly status: number; readonly hint: string }[] = [
  { status: 403, hint: "check that the API key has the right for it, and that the project and the id exist" },
  { status: 429, hint: "the key's limit of calls a minute is used up; run it again later, or with fewer at once" },
];

/** Makes the API of a client. */
export function createTidbCloudApi(
  client: HttpClient,
  parts: Pick<TidbCloudApi, "clock" | "pace" | "intents">,
): TidbCloudApi {
  const errorOf = (answer: HttpAnswer, secrets: readonly string[] = []): PlantonError => {
    const message = secrets.reduce(
      (text, secret) => text.replaceAll(secret, "[secret]"),
      client.mask(messageOf(answer)),
    );
    if (answer.status === 401) {
      const hint = "check TIDBCLOUD_PUBLIC_KEY and TIDBCLOUD_PRIVATE_KEY, or the provider's keys";
      return new PlantonError({ code: "E_CREDENTIALS_REFUSED", message, hint });
    }
    const hint = hints.find(({ status }) => status === answer.status)?.hint;
    return new PlantonError({ code: "E_VENDOR", message, ...(hint === undefined ? {} : { hint }) });
  };

  const bodyOf: TidbCloudApi["bodyOf"] = (answer, secrets) => {
    if (answer.status < 200 || answer.status > 299) throw errorOf(answer, secrets);
    const body = answer.body === undefined ? {} : asObject(answer.body);
    if (body !== undefined) return body;
    const message = client.mask(`${answer.method} ${answer.url}: ${answer.status}, but the answer is no JSON object`);
    throw new PlantonError({ code: "E_VENDOR", message });
  };

  const call = async (request: ApiRequest): Promise<JsonObject> => bodyOf(await client.send(request), request.secrets);

  const listClusters: TidbCloudApi["listClusters"] = async (filter, wait) => {
    const found: JsonObject[] = [];
    let pageToken: string | undefined;
    for (let page = 0; page < maxPages; page += 1) {
      const query = [`pageSize=${pageSize}`];
      if (filter !== undefined) query.push(`filter=${encodeURIComponent(filter)}`);
      if (pageToken !== undefined) query.push(`pageToken=${encodeURIComponent(pageToken)}`);
      const body = await call({ method: "GET", path: `${apiPath}/clusters?${query.join("&")}`, ...wait });
      found.push(...asObjects(body["clusters"]));
      pageToken = asFilledText(body["nextPageToken"]);
      if (pageToken === undefined) return found;
    }
    throw new PlantonError({ code: "E_VENDOR", message: "the list of clusters does not end" });
  };

  return { ...parts, send: client.send, call, errorOf, bodyOf, listClusters };
}

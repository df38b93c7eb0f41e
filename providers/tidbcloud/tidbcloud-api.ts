import type { JsonObject } from "../../contract/json-object.js";
import { PlantonError } from "../../contract/planton-error.js";
import type { CreatingApi } from "../kit/create-once.js";
import type { HttpAnswer, HttpClient, HttpRequest } from "../kit/http-client.js";
import { asFilledText, asObject, asObjects } from "../kit/json-answer.js";
import { createKeyedLock } from "../kit/keyed-lock.js";
import type { Warn } from "../kit/provider.js";

/** One call of the API. */
export interface ApiRequest extends HttpRequest {
  /** Texts of the body that no error may hold. */
  readonly secrets?: readonly string[];
}

/** Which list is read. */
export interface ListRequest extends Pick<HttpRequest, "signal" | "deadlineMs"> {
  readonly path: string;
  /** Name of the list in the answer. */
  readonly items: string;
  readonly filter?: string | undefined;
}

/** One of the vendor's APIs. */
export interface ApiService {
  /** The answer whatever its status. Throws E_VENDOR_UNREACHABLE when there is none. */
  send(request: ApiRequest): Promise<HttpAnswer>;
  /** The answer of a success. Throws E_VENDOR, E_CREDENTIALS_REFUSED or E_VENDOR_UNREACHABLE. */
  call(request: ApiRequest): Promise<JsonObject>;
  /** The error that stands for an answer. */
  errorOf(answer: HttpAnswer, secrets?: readonly string[]): PlantonError;
  /** The object of an answer; throws what {@link errorOf} makes when it is no success. */
  bodyOf(answer: HttpAnswer, secrets?: readonly string[]): JsonObject;
  /** All objects of a list, whatever the number of pages. */
  list(request: ListRequest): Promise<readonly JsonObject[]>;
}

/** What the resources call: the serverless API, and the IAM API on a host of its own. */
export interface TidbCloudApi extends ApiService, CreatingApi {
  /** All clusters that fit the filter (all without one). */
  listClusters(
    filter: string | undefined,
    wait: Pick<HttpRequest, "signal" | "deadlineMs">,
  ): Promise<readonly JsonObject[]>;
  readonly iam: ApiService;
  readonly warn: Warn;
}

/** Path of both APIs below their endpoints (cluster.swagger.json and iam.swagger.json of tidbcloud-cli 19aea6a, 2026-05). */
export const apiPath = "/v1beta1";
const pageSize = 100;
/** A list that goes on for ever is a fault of the vendor's, not a reason to read for ever. */
const maxPages = 1000;

/** What a refusal says: google.rpc.Status has a message, the IAM API a prefix and an error. */
function reasonIn(body: unknown): string {
  const { message, msgPrefix, error } = asObject(body) ?? {};
  return asFilledText(message) ?? [msgPrefix, error].filter((part) => asFilledText(part) !== undefined).join(": ");
}

function messageOf({ body, headers, method, url, status, attempts }: HttpAnswer): string {
  const trace = headers.get("x-debug-trace-id");
  const facts = [trace === null ? "" : `trace "${trace}"`, attempts > 1 ? `attempts: ${attempts}` : ""];
  const details = facts.filter((fact) => fact !== "").join("; ");
  return `${method} ${url}: ${status}${details === "" ? "" : ` (${details})`} ${reasonIn(body)}`.trimEnd();
}

const hints: readonly { readonly status: number; readonly hint: string }[] = [
  { status: 403, hint: "check that the API key has the right for it, and that the project and the id exist" },
  { status: 429, hint: "the key's limit of calls a minute is used up; run it again later, or with fewer at once" },
];

function createService(client: HttpClient): ApiService {
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

  const list: ApiService["list"] = async ({ path, items, filter, ...wait }) => {
    const found: JsonObject[] = [];
    let pageToken: string | undefined;
    for (let page = 0; page < maxPages; page += 1) {
      const query = [`pageSize=${pageSize}`];
      if (filter !== undefined) query.push(`filter=${encodeURIComponent(filter)}`);
      if (pageToken !== undefined) query.push(`pageToken=${encodeURIComponent(pageToken)}`);
      const body = await call({ method: "GET", path: `${path}?${query.join("&")}`, ...wait });
      found.push(...asObjects(body[items]));
      pageToken = asFilledText(body["nextPageToken"]);
      if (pageToken === undefined) return found;
    }
    throw new PlantonError({ code: "E_VENDOR", message: `the list of ${items} does not end` });
  };

  return { send: client.send, call, errorOf, bodyOf, list };
}

/** Makes the API of a client for each of the vendor's hosts. */
export function createTidbCloudApi(
  clients: { readonly serverless: HttpClient; readonly iam: HttpClient },
  parts: Pick<TidbCloudApi, "clock" | "pace" | "intents" | "warn">,
): TidbCloudApi {
  const serverless = createService(clients.serverless);
  return {
    ...parts,
    ...serverless,
    iam: createService(clients.iam),
    claimed: new Set(),
    oneByOne: createKeyedLock(),
    listClusters: (filter, wait) =>
      serverless.list({ path: `${apiPath}/clusters`, items: "clusters", filter, ...wait }),
  };
}

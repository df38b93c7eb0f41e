import type { JsonObject } from "../../contract/json-object.js";
import { PlantonError } from "../../contract/planton-error.js";
import type { CreatingApi } from "../kit/create-once.js";
import type { HttpAnswer, HttpClient } from "../kit/http-client.js";
import { asObject, asTexts } from "../kit/json-answer.js";
import { createKeyedLock } from "../kit/keyed-lock.js";
import type { Warn } from "../kit/provider.js";

/** What the resources call. */
export interface DopplerApi extends CreatingApi {
  readonly warn: Warn;
  /** The answer whatever its status. Throws E_VENDOR_UNREACHABLE when there is none. */
  readonly send: HttpClient["send"];
  /** The error that stands for an answer; `secrets` are what the vendor may repeat. */
  errorOf(answer: HttpAnswer, secrets?: readonly string[]): PlantonError;
  /** The object of an answer; throws what {@link errorOf} makes when it is no success. */
  bodyOf(answer: HttpAnswer, secrets?: readonly string[]): JsonObject;
}

const access =
  "the token needs read and write access to the project and the config; a service token is for one config alone";

/** What statuses mean (docs.doppler.com/reference, DopplerHQ/terraform-provider-doppler, read 2026-11). */
const hints: Readonly<Record<number, string>> = {
  400: access,
  403: access,
  404: "check that the project and the config exist, and that the token may see them",
  429: "the limit of calls is used up; run it again later",
};

/** Doppler's own words about an error: `{"messages": [...], "success": false}`. */
function messagesOf({ body }: HttpAnswer): string {
  return asTexts(asObject(body)?.["messages"]).join("; ");
}

/**
 * Whether Doppler itself says that there is no such project or config. It says so as well to a token that may not see them.
 */
export function saysNoConfig(answer: HttpAnswer): boolean {
  return answer.status === 404 && /could not find requested (project|config|environment)/i.test(messagesOf(answer));
}

/** Makes the API of a client. */
export function createDopplerApi(
  client: HttpClient,
  parts: Pick<DopplerApi, "clock" | "pace" | "intents" | "warn">,
): DopplerApi {
  const errorOf: DopplerApi["errorOf"] = (answer, secrets = []) => {
    const said = secrets.reduce((text, secret) => text.replaceAll(secret, "[secret]"), messagesOf(answer));
    const { method, url, status, attempts } = answer;
    const facts = attempts > 1 ? ` (attempts: ${attempts})` : "";
    const message = client.mask(`${method} ${url}: ${status}${facts} ${said}`.trimEnd());
    if (status === 401) {
      const hint = "check DOPPLER_TOKEN, or the provider's token: it may be revoked or expired";
      return new PlantonError({ code: "E_CREDENTIALS_REFUSED", message, hint });
    }
    const hint = hints[status];
    return new PlantonError({ code: "E_VENDOR", message, ...(hint === undefined ? {} : { hint }) });
  };
  return {
    ...parts,
    claimed: new Set(),
    oneByOne: createKeyedLock(),
    send: client.send,
    errorOf,
    bodyOf(answer, secrets) {
      const isSuccess = answer.status >= 200 && answer.status < 300;
      const body = asObject(answer.body);
      if (isSuccess && body !== undefined && body["success"] !== false) return body;
      if (!isSuccess || body !== undefined) throw errorOf(answer, secrets);
      const message = client.mask(`${answer.method} ${answer.url}: ${answer.status}, but the answer is no JSON object`);
      throw new PlantonError({ code: "E_VENDOR", message });
    },
  };
}

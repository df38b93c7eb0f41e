import { booleanField, isJsonObject, type JsonObject, stringField } from "../../kit/base/json-fields.js";
import type { VendorResponse } from "../../kit/vendor/sandbox-vendor.js";
import { accountItems, type CloudflareRoute, type Request, timeText } from "../cloudflare-request.js";
import { refusal, success } from "../envelope.js";
import { scriptOf } from "./worker-script.js";

const path = "/client/v4/accounts/:account/workers/scripts/:script";

interface AccountSubdomain {
  readonly subdomain: string;
}

/** The account's name under workers.dev; a new account of the sandbox has one. */
function accountSubdomain(request: Request): AccountSubdomain {
  const [set] = accountItems<AccountSubdomain>(request, "worker_subdomains");
  return set ?? { subdomain: `sandbox-${(request.params["account"] ?? "").slice(0, 4)}` };
}

function putAccountSubdomain(request: Request): VendorResponse {
  const subdomain = stringField(request.body, "subdomain");
  if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(subdomain)) throw refusal(400, 10034, "Invalid subdomain");
  accountItems<AccountSubdomain>(request, "worker_subdomains").splice(0, 1, { subdomain });
  return success({ subdomain });
}

function putSubdomain(request: Request): VendorResponse {
  const script = scriptOf(request);
  const enabled = booleanField(request.body, "enabled");
  if (enabled === undefined) throw refusal(400, 10001, "enabled is required");
  script.subdomain = { enabled, previews_enabled: booleanField(request.body, "previews_enabled") ?? enabled };
  return success(script.subdomain);
}

function deleteSubdomain(request: Request): VendorResponse {
  const script = scriptOf(request);
  script.subdomain = { enabled: false, previews_enabled: false };
  return success(script.subdomain);
}

/** Five fields of digits, names and the signs of cron; Cloudflare allows L, W and # too (configuration/cron-triggers). */
const cronField = "[0-9A-Za-z*/,#-]+";
const cronPattern = new RegExp(`^${Array.from({ length: 5 }, () => cronField).join(" ")}$`);

/**
 * What a script may have of schedules on the free plan is 5 an account, on the paid one 250 (platform/limits, read
 * 2026-11).
 */
function putSchedules(request: Request): VendorResponse {
  const script = scriptOf(request);
  // The body is the list itself.
  const crons = listIn(request).map((entry) => stringField(entry, "cron"));
  const invalid = crons.find((cron) => !cronPattern.test(cron));
  if (invalid !== undefined) throw refusal(400, 10046, `invalid cron string: ${invalid}`);
  const now = timeText(request.nowMs);
  script.schedules = crons.map((cron) => {
    const old = script.schedules.find((one) => one.cron === cron);
    return old ?? { cron, created_on: now, modified_on: now };
  });
  return success({ schedules: script.schedules });
}

function listIn({ bytes }: Request): readonly JsonObject[] {
  const value = jsonOf(bytes.toString("utf8"));
  if (Array.isArray(value)) return value.filter(isJsonObject);
  throw refusal(400, 10001, "Could not parse request body");
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** workers.dev and cron schedules (OpenAPI document of 2024-08, cloudflare-typescript v7.3.0, read 2026-11). */
export const workerTriggerRoutes: readonly CloudflareRoute[] = [
  {
    method: "GET",
    path: "/client/v4/accounts/:account/workers/subdomain",
    handle: (request) => success(accountSubdomain(request)),
  },
  { method: "PUT", path: "/client/v4/accounts/:account/workers/subdomain", handle: putAccountSubdomain },
  { method: "GET", path: `${path}/subdomain`, handle: (request) => success(scriptOf(request).subdomain) },
  { method: "POST", path: `${path}/subdomain`, handle: putSubdomain },
  { method: "DELETE", path: `${path}/subdomain`, handle: deleteSubdomain },
  {
    method: "GET",
    path: `${path}/schedules`,
    handle: (request) => success({ schedules: scriptOf(request).schedules }),
  },
  { method: "PUT", path: `${path}/schedules`, readsBytes: true, handle: putSchedules },
];

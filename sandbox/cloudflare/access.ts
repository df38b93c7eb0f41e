import { isJsonObject, type JsonObject, objectList, stringField } from "../kit/base/json-fields.js";
import { collection } from "../kit/vendor/collection.js";
import { accountItems, type CloudflareRoute, type Request, timeText } from "./cloudflare-request.js";
import { cloudflareForm, refusal, success } from "./envelope.js";

interface Policy {
  readonly id: string;
  readonly name: string;
  readonly decision: string;
  readonly include: readonly JsonObject[];
  readonly exclude: readonly JsonObject[];
  readonly require: readonly JsonObject[];
  readonly session_duration: string;
  readonly created_at: string;
  readonly updated_at: string;
}

interface Application {
  readonly id: string;
  readonly aud: string;
  readonly domain: string;
  readonly policies: readonly { readonly id: string; readonly precedence: number }[];
  readonly created_at: string;
  readonly updated_at: string;
  /** What else was given. */
  readonly given: JsonObject;
}

const known = [
  ...["any_valid_service_token", "auth_context", "auth_method", "azureAD", "azure_ad", "certificate", "common_name"],
  ...["cloudflare_account_member", "device_posture", "email", "email_domain", "email_list", "everyone", "geo", "group"],
  ...["external_evaluation", "github-organization", "gsuite", "ip", "ip_list", "linked_app_token", "login_method"],
  ...["oidc", "okta", "saml", "service_token"],
];

function rulesIn(body: JsonObject, key: string): readonly JsonObject[] {
  const rules = objectList(body, key) ?? [];
  for (const rule of rules) {
    const keys = Object.keys(rule);
    if (keys.length !== 1 || !known.includes(keys[0] ?? "") || !isJsonObject(rule[keys[0] ?? ""]))
      throw refusal(400, 12130, `access.api.error.invalid_request: invalid rule in ${key}`);
  }
  return rules;
}

const policies = collection<Request, Policy>({
  path: "/client/v4/accounts/:account/access/policies/:policy",
  keys: ["policy", "policies"],
  form: cloudflareForm,
  items: (request) => accountItems(request, "access_policies"),
  id: ({ id }) => id,
  view: (policy, request) => ({ ...policy, reusable: true, app_count: usersOf(policy, request).length }),
  build(body, request, old) {
    const [name, decision] = [stringField(body, "name"), stringField(body, "decision")];
    if (name === "" || !["allow", "deny", "non_identity", "bypass"].includes(decision))
      throw refusal(400, 12130, "access.api.error.invalid_request: policy is invalid");
    const include = rulesIn(body, "include");
    if (include.length === 0) throw refusal(400, 12130, "access.api.error.invalid_request: include is empty");
    const now = timeText(request.nowMs);
    return {
      ...{
        id: old?.id ?? request.uuid(),
        name,
        decision,
        include,
        created_at: old?.created_at ?? now,
        updated_at: now,
      },
      ...{ exclude: rulesIn(body, "exclude"), require: rulesIn(body, "require") },
      session_duration: stringField(body, "session_duration") || "24h",
    };
  },
  notFound: () => refusal(404, 12133, "access.api.error.policy_not_found"),
  changes: { PUT: "replace" },
  inUse: {
    by: (policy, request) => usersOf(policy, request).length > 0,
    refusal: () => refusal(400, 12132, "access.api.error.reusable_policy_in_use"),
  },
  respond: { delete: ({ id }) => success({ id }) },
});

function usersOf({ id }: Policy, request: Request): readonly Application[] {
  return accountItems<Application>(request, "access_apps").filter((app) => app.policies.some((one) => one.id === id));
}

const applications = collection<Request, Application>({
  path: "/client/v4/accounts/:account/access/apps/:app",
  keys: ["app", "apps"],
  form: cloudflareForm,
  items: (request) => accountItems(request, "access_apps"),
  id: ({ id }) => id,
  view: ({ given, policies: attached, ...app }, request) => ({
    ...{ session_duration: "24h", http_only_cookie_attribute: true },
    ...given,
    ...app,
    uid: app.id,
    self_hosted_domains: [app.domain],
    policies: attached.map((one) => ({ ...policies.find(one.id, request), ...one })),
  }),
  build(body, request, old) {
    const domain = stringField(body, "domain");
    if (!/^([a-z0-9*-]+\.)+[a-z][a-z0-9-]*(\/.*)?$/i.test(domain))
      throw refusal(400, 12130, "access.api.error.invalid_request: domain is invalid");
    const attached = (objectList(body, "policies") ?? []).map((policy, index) => {
      const id = stringField(policy, "id");
      if (policies.find(id, request) === undefined)
        throw refusal(400, 12130, `access.api.error.invalid_request: policy ${id} does not exist`);
      return { id, precedence: Number(policy["precedence"] ?? index + 1) };
    });
    const now = timeText(request.nowMs);
    return {
      ...{ id: old?.id ?? request.uuid(), aud: old?.aud ?? request.uuid().replaceAll("-", "").repeat(2), domain },
      policies: [...attached].sort((left, right) => left.precedence - right.precedence),
      ...{ created_at: old?.created_at ?? now, updated_at: now, given: body },
    };
  },
  unique: {
    key: ({ domain }) => domain,
    taken: () => refusal(409, 11010, "access.api.error.application_already_exists"),
  },
  notFound: () => refusal(404, 11021, "access.api.error.unknown_application"),
  changes: { PUT: "replace" },
  respond: { delete: ({ id }) => success({ id }) },
});

/** `/access/policies` and `/access/apps` of an account (OpenAPI document of 2024-08, SDK's types, read 2026-11). */
export const accessRoutes: readonly CloudflareRoute[] = [...policies.routes, ...applications.routes];

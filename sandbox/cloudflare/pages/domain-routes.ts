import { type JsonObject, stringField } from "../../kit/base/json-fields.js";
import { collection } from "../../kit/vendor/collection.js";
import { defaultAccount, secondAccount } from "../accounts.js";
import { type CloudflareRoute, newId, type Request, timeText } from "../cloudflare-request.js";
import { cloudflareForm, refusal, success } from "../envelope.js";
import { projectIn } from "./project-routes.js";
import { projectsIn, type StoredDomain } from "./stored-project.js";

const domains = collection<Request, StoredDomain>({
  path: "/client/v4/accounts/:account/pages/projects/:project/domains/:domain",
  keys: ["domain", "domains"],
  form: cloudflareForm,
  items: (request) => projectIn(request).domains,
  id: ({ name }) => name,
  view: domainView,
  build(body, request, old) {
    const name = (stringField(body, "name") || old?.name || "").toLowerCase();
    if (!/^([a-z0-9_-]{1,63}\.)+[a-z0-9-]{2,63}$/.test(name))
      throw refusal(400, 8000015, `Invalid domain name: ${name}`);
    if (old === undefined && isTaken(name, request))
      throw refusal(409, 8000018, "You have already added this custom domain.");
    return {
      id: old?.id ?? newId(request),
      name,
      created_on: old?.created_on ?? timeText(request.nowMs),
      activeAtMs: old?.activeAtMs ?? request.doneAtMs("create"),
    };
  },
  notFound: () => refusal(404, 8000021, "The domain you have requested was not found in this project."),
  // A PATCH has the vendor check the domain once more.
  changes: { PATCH: () => {} },
  respond: { delete: () => success(null) },
});

/** A domain is of one project alone, whosever that is. */
function isTaken(name: string, request: Request): boolean {
  return [defaultAccount, secondAccount].some(({ id }) =>
    projectsIn(request, id).some((project) => project.domains.some((one) => one.name === name)),
  );
}

function domainView({ id, name, created_on, activeAtMs }: StoredDomain, { nowMs }: Request): JsonObject {
  const status = activeAtMs !== null && activeAtMs <= nowMs ? "active" : "pending";
  return {
    id,
    name,
    status,
    created_on,
    domain_id: id,
    zone_tag: "",
    certificate_authority: "google",
    validation_data: { status, method: "http" },
    verification_data: { status },
  };
}

/** `/domains` of a project (cloudflare-typescript v7.1.0, src/resources/pages/projects/domains.ts, read 2026-11). */
export const pagesDomainRoutes: readonly CloudflareRoute[] = domains.routes;

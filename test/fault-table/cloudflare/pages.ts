import { shownAtCloudflare } from "../../support/cloudflare-bed.js";
import type { PlantonBed } from "../../support/planton-bed.js";
import type { FaultSubject, Owner } from "../fault-subject.js";
import { somebodysZone, subjectsOf } from "./cloudflare-vendor.js";

/** Makes the folder of a site, and a zone that planton did not make; gives the zone's id. */
function prepare(bed: PlantonBed, name: string): Promise<string> {
  bed.write(`${name}/site/index.html`, `<h1>${name}</h1>`);
  return somebodysZone(bed, name);
}

const site = ({ name, otherId: zone_id }: Owner, production: object) => ({
  upload: "site",
  domains: [{ domain: `www.${name}.example`, zone_id }],
  deployment_configs: { production },
});
const bound = (service: string) => ({ services: [{ name: "API", service }], vars: { MODE: "live" } });
const first = (owner: Owner) => site(owner, bound("api"));
const second = (owner: Owner) => site(owner, bound("api-2"));
const renamed = (owner: Owner) => ({ ...first(owner), project_name: `${owner.name}-2` });

interface Project {
  readonly deployment_configs: { readonly production: { readonly services?: Readonly<Record<string, object>> } };
  readonly canonical_deployment: { readonly services?: Readonly<Record<string, object>> } | null;
}

async function projectOf(bed: PlantonBed, { name }: Readonly<Record<string, unknown>>): Promise<object> {
  const path = `/pages/projects/${name}`;
  const { deployment_configs, canonical_deployment } = await shownAtCloudflare<Project>(bed, path);
  const domains = await shownAtCloudflare<readonly { readonly name: string }[]>(bed, `${path}/domains`);
  return {
    services: deployment_configs.production.services,
    isDeployed: canonical_deployment !== null,
    domains: domains.map(({ name: domain }) => domain),
  };
}

const wanted =
  (service: string) =>
  ({ name }: Owner) => ({
    services: { API: { service, environment: "production" } },
    isDeployed: true,
    domains: [`www.${name}.example`],
  });

/** Every operation on a project with a folder, a domain, and a binding. */
export const pagesSubjects: readonly FaultSubject[] = subjectsOf(
  { kind: "CloudflarePagesProject", list: "/pages/projects", named: "name", id: "name", prepare, read: projectOf },
  [
    { operation: "create", after: first, wanted: wanted("api") },
    { operation: "change", before: first, after: second, wanted: wanted("api-2") },
    { operation: "replace", before: first, after: renamed, wanted: wanted("api") },
    { operation: "destroy", before: first, after: first },
  ],
);

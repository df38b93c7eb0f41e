import { shownAtCloudflare } from "../../support/cloudflare-bed.js";
import type { PlantonBed } from "../../support/planton-bed.js";
import type { FaultSubject, Owner } from "../fault-subject.js";
import { somebodysZone, subjectsOf } from "./cloudflare-vendor.js";

const worker = ({ name, otherId: zone_id }: Owner, mode: string, more: object = {}) => ({
  content: 'export default { fetch: () => new Response("hello") };',
  vars: { MODE: mode },
  routes: [{ zone_id, pattern: `${name}.example/api/*` }],
  custom_domains: [{ zone_id, hostname: `api.${name}.example` }],
  schedules: ["0 6 * * *"],
  workers_dev: {},
  ...more,
});
const first = (owner: Owner) => worker(owner, "live");
const second = (owner: Owner) => worker(owner, "test", { schedules: ["0 7 * * *"], workers_dev: { enabled: false } });
const renamed = (owner: Owner) => worker(owner, "live", { worker_name: `${owner.name}-2` });

interface Settings {
  readonly bindings: readonly { readonly text?: string }[];
}

async function triggersOf(bed: PlantonBed, { id }: Readonly<Record<string, unknown>>): Promise<object> {
  const path = `/workers/scripts/${id}`;
  const { bindings } = await shownAtCloudflare<Settings>(bed, `${path}/settings`);
  const { schedules } = await shownAtCloudflare<{ schedules: readonly { cron: string }[] }>(bed, `${path}/schedules`);
  const { enabled } = await shownAtCloudflare<{ enabled: boolean }>(bed, `${path}/subdomain`);
  const domains = await shownAtCloudflare<readonly { service: string; hostname: string }[]>(bed, "/workers/domains");
  return {
    texts: bindings.map(({ text }) => text),
    crons: schedules.map(({ cron }) => cron),
    isOnWorkersDev: enabled,
    hostnames: domains.filter(({ service }) => service === id).map(({ hostname }) => hostname),
  };
}

const wanted =
  (text: string, cron: string, isOnWorkersDev: boolean) =>
  ({ name }: Owner) => ({ texts: [text], crons: [cron], isOnWorkersDev, hostnames: [`api.${name}.example`] });

/** Every operation on a Worker with all its triggers. */
export const workerSubjects: readonly FaultSubject[] = subjectsOf(
  {
    kind: "CloudflareWorker",
    list: "/workers/scripts",
    named: "id",
    prepare: somebodysZone,
    read: triggersOf,
  },
  [
    { operation: "create", after: first, wanted: wanted("live", "0 6 * * *", true) },
    { operation: "change", before: first, after: second, wanted: wanted("test", "0 7 * * *", false) },
    { operation: "replace", before: first, after: renamed, wanted: wanted("live", "0 6 * * *", true) },
    { operation: "destroy", before: first, after: first },
  ],
);

import { shownAtCloudflare } from "../../support/cloudflare-bed.js";
import type { PlantonBed } from "../../support/planton-bed.js";
import type { FaultSubject, Owner } from "../fault-subject.js";
import { somebodysZone, subjectsOf } from "./cloudflare-vendor.js";

const web = { name: "@", type: "A", content: "192.0.2.1", proxied: true };
const mail = { name: "@", type: "MX", content: "mail.example.com", priority: 10 };
const shop = { name: "www", type: "A", content: "192.0.2.2" };
const zone = (name: string, records: readonly object[], more: object = {}) => ({
  zone_name: `${name}.example`,
  records,
  ...more,
});
const first = ({ name }: Owner) => zone(name, [web, mail]);
const second = ({ name }: Owner) => zone(name, [{ ...web, content: "192.0.2.9" }, shop], { paused: true });
const other = ({ name }: Owner) => zone(`${name}-2`, [web]);

async function recordsOf(bed: PlantonBed, { id }: Readonly<Record<string, unknown>>): Promise<object> {
  const records = await shownAtCloudflare<readonly { readonly content: string }[]>(bed, `/zones/${id}/dns_records`);
  return { records: records.map(({ content }) => content).sort() };
}

/** Every operation on a zone with its records. */
export const zoneSubjects: readonly FaultSubject[] = subjectsOf(
  {
    kind: "CloudflareDnsZone",
    list: "/zones",
    named: "name",
    read: recordsOf,
    partLists: ({ id }) => [`/zones/${id}/dns_records`],
  },
  [
    {
      operation: "create",
      after: first,
      wanted: ({ name }) => ({ name: `${name}.example`, paused: false, records: ["192.0.2.1", "mail.example.com"] }),
    },
    {
      operation: "change",
      before: first,
      after: second,
      wanted: ({ name }) => ({ name: `${name}.example`, paused: true, records: ["192.0.2.2", "192.0.2.9"] }),
    },
    {
      operation: "replace",
      before: first,
      after: other,
      wanted: ({ name }) => ({ name: `${name}-2.example`, records: ["192.0.2.1"] }),
    },
    { operation: "destroy", before: first, after: first },
  ],
);

const record = ({ name, otherId: zone_id }: Owner) => ({
  zone_id,
  name: `${name}.example`,
  type: "A",
  content: "192.0.2.1",
});
const changedRecord = (owner: Owner) => ({ ...record(owner), content: "192.0.2.7", ttl: 300 });

/** Every operation on a record in somebody's zone. */
export const recordSubjects: readonly FaultSubject[] = subjectsOf(
  {
    kind: "CloudflareDnsRecord",
    list: "/zones/{other}/dns_records",
    named: "name",
    prepare: somebodysZone,
  },
  [
    { operation: "create", after: record, wanted: () => ({ content: "192.0.2.1", ttl: 1 }) },
    {
      operation: "change",
      before: record,
      after: changedRecord,
      wanted: () => ({ content: "192.0.2.7", ttl: 300 }),
    },
    { operation: "destroy", before: record, after: record },
  ],
);

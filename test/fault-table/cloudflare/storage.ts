import { shownAtCloudflare } from "../../support/cloudflare-bed.js";
import type { PlantonBed } from "../../support/planton-bed.js";
import type { FaultSubject, Owner } from "../fault-subject.js";
import { subjectsOf } from "./cloudflare-vendor.js";

const namespace = () => ({});
const renamed = ({ name }: Owner) => ({ namespace_name: `${name}-2` });

/** Every operation on a namespace of Workers KV. */
export const namespaceSubjects: readonly FaultSubject[] = subjectsOf(
  { kind: "CloudflareKvNamespace", list: "/storage/kv/namespaces", named: "title" },
  [
    { operation: "create", after: namespace, wanted: ({ name }) => ({ title: name }) },
    { operation: "change", before: namespace, after: renamed, wanted: ({ name }) => ({ title: `${name}-2` }) },
    { operation: "destroy", before: namespace, after: namespace },
  ],
);

const queue = () => ({ delivery_delay_seconds: 60 });
const changedQueue = () => ({ delivery_delay_seconds: 90, delivery_paused: true });

/** Every operation on a queue. */
export const queueSubjects: readonly FaultSubject[] = subjectsOf(
  {
    kind: "CloudflareQueue",
    list: "/queues",
    named: "queue_name",
    id: "queue_id",
    read: async (_, { settings }) => settings as object,
  },
  [
    { operation: "create", after: queue, wanted: () => ({ delivery_delay: 60, delivery_paused: false }) },
    {
      operation: "change",
      before: queue,
      after: changedQueue,
      wanted: () => ({ delivery_delay: 90, delivery_paused: true }),
    },
    { operation: "destroy", before: queue, after: queue },
  ],
);

const database = () => ({ region: "weur" });
const renamedDatabase = ({ name }: Owner) => ({ region: "weur", database_name: `${name}-2` });

/** Every operation on a D1 database. */
export const databaseSubjects: readonly FaultSubject[] = subjectsOf(
  { kind: "CloudflareD1Database", list: "/d1/database", named: "name", id: "uuid" },
  [
    { operation: "create", after: database, wanted: ({ name }) => ({ name }) },
    {
      operation: "replace",
      before: database,
      after: renamedDatabase,
      wanted: ({ name }) => ({ name: `${name}-2` }),
    },
    { operation: "destroy", before: database, after: database },
  ],
);

const rule = { methods: ["GET"], origins: ["https://shop.example"] };
const bucket = () => ({ cors: { rules: [rule] } });
const changedBucket = () => ({
  cors: { rules: [{ ...rule, methods: ["GET", "PUT"] }] },
  lifecycle: { rules: [{ id: "old", delete_objects: { max_age_seconds: 2_592_000 } }] },
  public_access: true,
});

async function settingsOf(bed: PlantonBed, { name }: Readonly<Record<string, unknown>>): Promise<object> {
  const path = `/r2/buckets/${name}`;
  const { rules: cors = [] } = (await shownAtCloudflare<{ rules?: readonly Cors[] } | null>(bed, `${path}/cors`)) ?? {};
  const { rules } = await shownAtCloudflare<{ rules: readonly { id: string }[] }>(bed, `${path}/lifecycle`);
  const { enabled } = await shownAtCloudflare<{ enabled: boolean }>(bed, `${path}/domains/managed`);
  return { methods: cors.map(({ allowed }) => allowed.methods), rules: rules.map(({ id }) => id), isPublic: enabled };
}
interface Cors {
  readonly allowed: { readonly methods: readonly string[] };
}

/** Every operation on a bucket with its settings. */
export const bucketSubjects: readonly FaultSubject[] = subjectsOf(
  { kind: "CloudflareR2Bucket", list: "/r2/buckets", named: "name", id: "name", below: "buckets", read: settingsOf },
  [
    { operation: "create", after: bucket, wanted: () => ({ methods: [["GET"]], isPublic: false }) },
    {
      operation: "change",
      before: bucket,
      after: changedBucket,
      wanted: () => ({ methods: [["GET", "PUT"]], rules: ["old"], isPublic: true }),
    },
    { operation: "destroy", before: bucket, after: bucket },
  ],
);

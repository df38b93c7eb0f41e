import type { PlantonBed } from "../../support/planton-bed.js";
import type { FaultSubject, Owner } from "../fault-subject.js";
import { sent, subjectsOf } from "./cloudflare-vendor.js";

const policy = () => ({ decision: "allow", include: [{ email_domain: "shop.example" }] });
const denying = () => ({ decision: "deny", include: [{ everyone: true }] });

/** Every operation on a reusable policy. */
export const policySubjects: readonly FaultSubject[] = subjectsOf(
  { kind: "CloudflareZeroTrustAccessPolicy", list: "/access/policies", named: "name" },
  [
    { operation: "create", after: policy, wanted: () => ({ decision: "allow" }) },
    { operation: "change", before: policy, after: denying, wanted: () => ({ decision: "deny" }) },
    { operation: "destroy", before: policy, after: policy },
  ],
);

/** Makes a policy that planton did not make; gives its id. */
async function somebodysPolicy(bed: PlantonBed, name: string): Promise<string> {
  const body = { name: `staff of ${name}`, decision: "allow", include: [{ everyone: {} }] };
  return (await sent(bed, "/access/policies", body)).id;
}
const application = ({ name, otherId: policy }: Owner) => ({
  domain: `${name}.shop.example`,
  policies: [{ policy }],
});
const changed = (owner: Owner) => ({ ...application(owner), policies: [], session_duration: "1h" });

/** Every operation on an application with somebody's policy. */
export const applicationSubjects: readonly FaultSubject[] = subjectsOf(
  {
    kind: "CloudflareZeroTrustAccessApplication",
    list: "/access/apps",
    named: "name",
    prepare: somebodysPolicy,
    read: async (_, { policies }) => ({ policyCount: (policies as readonly unknown[]).length }),
  },
  [
    {
      operation: "create",
      after: application,
      wanted: ({ name }) => ({ domain: `${name}.shop.example`, policyCount: 1 }),
    },
    {
      operation: "change",
      before: application,
      after: changed,
      wanted: () => ({ policyCount: 0, session_duration: "1h" }),
    },
    { operation: "destroy", before: application, after: application },
  ],
);

import { applicationSubjects, policySubjects } from "../../fault-table/cloudflare/access.js";
import { pagesSubjects } from "../../fault-table/cloudflare/pages.js";
import { workerSubjects } from "../../fault-table/cloudflare/workers.js";
import { describeTable } from "../../fault-table/describe-table.js";

const account = "/client/v4/accounts/*";

await describeTable(
  [...policySubjects, ...applicationSubjects, ...pagesSubjects, ...workerSubjects],
  [
    {
      kind: "CloudflareZeroTrustAccessPolicy",
      operation: "create",
      call: `POST ${account}/access/policies`,
      fault: "response lost",
      aftermath: "next up",
    },
  ],
);

import {
  bucketSubjects,
  databaseSubjects,
  namespaceSubjects,
  queueSubjects,
} from "../../fault-table/cloudflare/storage.js";
import { describeTable } from "../../fault-table/describe-table.js";

const account = "/client/v4/accounts/*";

await describeTable(
  [...namespaceSubjects, ...queueSubjects, ...databaseSubjects, ...bucketSubjects],
  [
    {
      kind: "CloudflareKvNamespace",
      operation: "create",
      call: `POST ${account}/storage/kv/namespaces`,
      fault: "response lost",
      aftermath: "next up",
    },
  ],
);

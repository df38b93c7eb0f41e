import { asObject } from "../../../http/json.js";
import { defineFrameworkResource } from "../../kit/bridged/framework-resource.js";
import { list, object, string } from "../../kit/schema/property-types.js";

const path = "/accounts/{accountId}/workers/scripts/{scriptName}/schedules";

/**
 * `cloudflare.WorkersCronTrigger`, whose deletion does nothing (terraform-provider-cloudflare 00a1cdb7,
 * workers_cron_trigger, read 2026-11).
 */
export const workersCronTriggerResource = defineFrameworkResource({
  type: "cloudflare:index/workersCronTrigger:WorkersCronTrigger",
  description: "When a Worker is run by itself.",
  inputs: {
    accountId: { type: string, required: true, replace: true },
    schedules: {
      type: list(
        object({
          createdOn: { type: string, computed: true },
          cron: { type: string, required: true },
          modifiedOn: { type: string, computed: true },
        }),
      ),
      required: true,
    },
    scriptName: { type: string, required: true, replace: true },
  },
  outputs: {},
  collection: path,
  item: path,
  id: (_result, { scriptName }) => scriptName,
  importedBy: ["accountId", "scriptName"],
  creates: "PUT",
  changes: "PUT",
  deletes: false,
  body: ({ schedules }) => schedules,
  result: (body) => asObject(body["result"]),
});

import { asNonEmptyString } from "../../http/json.js";
import { defineFrameworkResource } from "../kit/bridged/framework-resource.js";
import { boolean, integer, object, string } from "../kit/schema/property-types.js";

/** `cloudflare.Queue` (terraform-provider-cloudflare 00a1cdb7, queue, read 2026-11). */
export const queueResource = defineFrameworkResource({
  type: "cloudflare:index/queue:Queue",
  description: "A queue of messages between Workers.",
  inputs: {
    accountId: { type: string, required: true, replace: true },
    jurisdiction: { type: string, replace: true },
    queueName: { type: string, required: true },
    settings: {
      type: object({
        deliveryDelay: { type: integer, computed: true },
        deliveryPaused: { type: boolean, computed: true },
        messageRetentionPeriod: { type: integer, computed: true },
      }),
      computed: true,
    },
  },
  outputs: {
    consumersTotalCount: { type: integer },
    createdOn: { type: string },
    modifiedOn: { type: string },
    producersTotalCount: { type: integer },
    queueId: { type: string },
  },
  outputsChangedBy: { queueName: ["modifiedOn"], settings: ["modifiedOn"] },
  collection: "/accounts/{accountId}/queues",
  id: ({ queue_id: id }) => asNonEmptyString(id),
  importedBy: ["accountId", "id"],
  changes: "PUT",
});

import type { CloudflareQueueStackOutputs } from "../../../apis/gen/es/planton/cloudflare/v1/cloudflare_queue_pb.js";
import type { OutputsOf } from "../../../contract/module.js";
import type { QueueResources } from "./resources.js";

/** The stack outputs of a queue. */
export function outputs({ queue }: QueueResources): OutputsOf<CloudflareQueueStackOutputs> {
  return { queueId: queue.queueId, queueName: queue.queueName, accountId: queue.accountId };
}

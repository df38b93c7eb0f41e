import type { CloudflareQueueStackInput } from "../../../apis/gen/es/planton/cloudflare/v1/cloudflare_queue_pb.js";
import type { ModuleContext } from "../../../contract/module.js";
import { present } from "../../../contract/present.js";

/** The values of a queue. */
export interface QueueLocals {
  readonly accountId: string;
  readonly queueName: string;
  readonly settings: {
    /** Seconds. */
    readonly deliveryDelay: number;
    readonly deliveryPaused: boolean;
    /** Seconds. */
    readonly messageRetentionPeriod: number;
  };
}

/** What Cloudflare keeps messages for by default: 4 days (queues/platform/limits, read 2026-11). */
const usualRetentionSeconds = 345_600;

/** The values of a queue manifest; every setting is sent, so that one that is removed goes back to its default. */
export function locals(input: CloudflareQueueStackInput, context: ModuleContext): QueueLocals {
  const spec = present(input.target?.spec, "target.spec");
  return {
    accountId: context.account(),
    queueName: spec.queueName ?? context.resourceName,
    settings: {
      deliveryDelay: spec.deliveryDelaySeconds ?? 0,
      deliveryPaused: spec.deliveryPaused ?? false,
      messageRetentionPeriod: spec.messageRetentionSeconds ?? usualRetentionSeconds,
    },
  };
}

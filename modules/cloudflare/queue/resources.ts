import { Queue } from "@pulumi/cloudflare/queue.js";
import type { ModuleContext } from "../../../contract/module.js";
import type { QueueLocals } from "./locals.js";

/** The resources of the kind. */
export interface QueueResources {
  readonly queue: Queue;
}

/** Makes the queue. */
export function resources(locals: QueueLocals, context: ModuleContext): QueueResources {
  return { queue: new Queue(context.name, { ...locals }, context.primary()) };
}

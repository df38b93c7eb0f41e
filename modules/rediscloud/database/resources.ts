import type { ModuleContext } from "../../../contract/module.js";
import { present } from "../../../contract/present.js";
import { Database, Subscription } from "../../gen/resources/planton-rediscloud.js";
import type { DatabaseLocals } from "./locals.js";

/** The resources of the kind. */
export interface DatabaseResources {
  readonly database: Database;
}

/** Makes the database, and its subscription if it is to have one of its own. */
export function resources(locals: DatabaseLocals, context: ModuleContext): DatabaseResources {
  const { subscription: wanted, subscriptionId: existing, sourceIps, alerts, ...args } = locals;
  const suffix = "-subscription";
  const subscription =
    wanted &&
    new Subscription(`${context.name}${suffix}`, { ...wanted, owner: locals.owner }, context.companion(suffix));
  const subscriptionId = subscription?.id ?? present(existing, "target.spec.existing_subscription_id");
  const database = new Database(
    context.name,
    { ...args, subscriptionId, sourceIps: [...sourceIps], alerts: alerts.map((alert) => ({ ...alert })) },
    context.primary(),
  );
  return { database };
}

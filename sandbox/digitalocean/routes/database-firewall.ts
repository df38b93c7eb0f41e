import { objectList } from "../../kit/base/json-fields.js";
import {
  clusterOf,
  clusterRoute,
  type DigitalOceanRoute,
  findReplica,
  noContent,
  type Request,
} from "../account-request.js";
import { ruleResponse } from "../clusters/cluster-response.js";
import { firewallRules } from "../firewall-rules.js";
import type { FirewallRule } from "../state.js";

/** `/v2/databases/:cluster/firewall`, of a cluster or a replica: the whole list is read and replaced at once. */
export const databaseFirewallRoutes: readonly DigitalOceanRoute[] = [
  clusterRoute("GET", "/firewall", (request) => {
    const cluster = guarded(request);
    return { status: 200, body: { rules: cluster.rules.map((rule) => ruleResponse(rule, cluster.id)) } };
  }),
  clusterRoute("PUT", "/firewall", (request) => {
    const cluster = guarded(request);
    cluster.rules = firewallRules(objectList(request.body, "rules") ?? [], cluster.rules, request);
    return noContent;
  }),
];

function guarded(request: Request): { readonly id: string; rules: FirewallRule[] } {
  return findReplica(request)?.replica ?? clusterOf(request);
}

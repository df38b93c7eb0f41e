import { objectList } from "../kit/base/json-fields.js";
import { clusterOf, clusterRoute, type DigitalOceanRoute, noContent } from "./account-request.js";
import { ruleAnswer } from "./cluster-answer.js";
import { firewallRules } from "./firewall-rules.js";

/** `/v2/databases/:cluster/firewall`: the whole list is read and replaced at once. */
export const databaseFirewallRoutes: readonly DigitalOceanRoute[] = [
  clusterRoute("GET", "/firewall", (request) => {
    const cluster = clusterOf(request);
    return { status: 200, body: { rules: cluster.rules.map((rule) => ruleAnswer(rule, cluster.id)) } };
  }),
  clusterRoute("PUT", "/firewall", (request) => {
    const cluster = clusterOf(request);
    cluster.rules = firewallRules(objectList(request.body, "rules") ?? [], cluster.rules, request);
    return noContent;
  }),
];

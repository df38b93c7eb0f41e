import { isOnline, type Request } from "../account-request.js";
import { type Cluster, type DatabaseUser, type FirewallRule, timeText } from "../state.js";
import { autoscaleFields } from "./autoscaling.js";
import { connectionsOf, type Secrets } from "./connections.js";
import { findEngine, isCaching } from "./engines.js";

/**
 * A cluster as the API returns it. Passwords are left empty for a read-only token; MongoDB's password is in the response
 * of the creation only (digitalocean/terraform-provider-digitalocean #1165, #614).
 */
export function clusterResponse(
  cluster: Cluster,
  request: Request,
  created = false,
): Readonly<Record<string, unknown>> {
  const hidesPassword = cluster.engine === "mongodb" && !created;
  const secrets: Secrets = request.caller.readOnly ? "none" : hidesPassword ? "no-password" : "all";
  const version = findEngine(cluster.engine)?.versions.find((entry) => entry.version === cluster.version);
  const lists = isCaching(cluster.engine) || created;
  return {
    id: cluster.id,
    name: cluster.name,
    engine: cluster.engine,
    version: cluster.version,
    ...connectionsOf(cluster, secrets),
    users: lists ? null : cluster.users.map((user) => userResponse(user, request, hidesPassword)),
    db_names: lists ? null : cluster.databases,
    num_nodes: cluster.numNodes,
    region: cluster.region,
    status: isOnline(cluster, request.nowMs) ? "online" : cluster.transition,
    created_at: timeText(cluster.createdAtMs),
    maintenance_window: { ...cluster.maintenance, pending: false, description: [] },
    size: cluster.size,
    tags: cluster.tags.length === 0 ? null : cluster.tags,
    private_network_uuid: cluster.vpcId,
    project_id: cluster.projectId,
    ...(cluster.storageSizeMib === 0 ? {} : { storage_size_mib: cluster.storageSizeMib }),
    ...autoscaleFields(cluster, request.settings),
    rules: cluster.rules.map((rule) => ruleResponse(rule, cluster.id)),
    ...(version?.endOfLife == null ? {} : { version_end_of_life: version.endOfLife }),
    ...(version?.endOfAvailability == null ? {} : { version_end_of_availability: version.endOfAvailability }),
  };
}

/** A firewall rule as the API returns it. */
export function ruleResponse(rule: FirewallRule, clusterId: string): Readonly<Record<string, unknown>> {
  return {
    uuid: rule.uuid,
    cluster_uuid: clusterId,
    type: rule.type,
    value: rule.value,
    created_at: rule.createdAt,
    ...(rule.description === "" ? {} : { description: rule.description }),
  };
}

/** A user as the API returns it; secrets are left out for a read-only token. */
export function userResponse(
  user: DatabaseUser,
  request: Request,
  hidePassword = false,
): Readonly<Record<string, unknown>> {
  const hidden = request.caller.readOnly;
  return {
    name: user.name,
    role: user.role,
    password: hidden || hidePassword ? "" : user.password,
    ...(user.authPlugin === undefined ? {} : { mysql_settings: { auth_plugin: user.authPlugin } }),
    ...(user.accessCert === undefined || hidden ? {} : { access_cert: user.accessCert }),
    ...(user.accessKey === undefined || hidden ? {} : { access_key: user.accessKey }),
  };
}

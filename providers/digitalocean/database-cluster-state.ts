import { asFlag, asNumber, asObject, asObjects, asText, asTexts, type JsonObject } from "../../http/json.js";
import { connectionProperties } from "./connection-properties.js";
import type { ClusterState } from "./database-cluster-properties.js";

/** The dashboard of an OpenSearch cluster; nothing for other engines. */
export function dashboardProperties(database: JsonObject) {
  const dashboard = asObject(database["ui_connection"]);
  return {
    uiHost: asText(dashboard?.["host"]),
    uiPort: asNumber(dashboard?.["port"]),
    uiUri: asText(dashboard?.["uri"]),
    uiDatabase: asText(dashboard?.["database"]),
    uiUser: asText(dashboard?.["user"]),
    uiPassword: asText(dashboard?.["password"]),
  };
}

/** Autoscaling as the API tells it; 0 is the same as absent to the Terraform SDK. */
export function autoscaleProperties(autoscale: JsonObject) {
  return {
    enabled: asFlag(autoscale["enabled"]) ?? false,
    incrementGib: asNumber(autoscale["increment_gib"]) || undefined,
    thresholdPercent: asNumber(autoscale["threshold_percent"]) || undefined,
  };
}

/** What every reading of a cluster tells, without what is read only when the program sets it. */
export function commonProperties(database: JsonObject, id: string) {
  const storageMib = asNumber(database["storage_size_mib"]);
  const endpoints = asObjects(database["metrics_endpoints"]);
  return {
    name: asText(database["name"]),
    engine: asText(database["engine"]),
    version: asText(database["version"]),
    size: asText(database["size"]),
    region: asText(database["region"]),
    nodeCount: asNumber(database["num_nodes"]),
    storageSizeMib: storageMib === undefined ? undefined : String(storageMib),
    tags: asTexts(database["tags"]).filter((tag) => tag !== ""),
    privateNetworkUuid: asText(database["private_network_uuid"]),
    projectId: asText(database["project_id"]),
    metricsEndpoints: endpoints.map(({ host, port }) => `https://${asText(host) ?? ""}:${asNumber(port) ?? 0}/metrics`),
    clusterUrn: `do:dbaas:${id}`,
  };
}

/** The state of a cluster. What the API does not say, or says only when asked, is kept from `known`. Throws E_VENDOR. */
export function clusterState(database: JsonObject, id: string, known: ClusterState): ClusterState {
  const window = asObject(database["maintenance_window"]);
  return {
    ...commonProperties(database, id),
    ...connectionProperties(database, known.password),
    ...dashboardProperties(database),
    backupRestore: known.backupRestore,
    evictionPolicy: known.evictionPolicy,
    sqlMode: known.sqlMode,
    storageAutoscale: known.storageAutoscale,
    maintenanceWindows:
      known.maintenanceWindows &&
      (window === undefined
        ? known.maintenanceWindows
        : [{ day: asText(window["day"]) ?? "", hour: asText(window["hour"]) ?? "" }]),
  };
}

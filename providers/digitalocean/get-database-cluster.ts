import { PlantonError } from "../../contract/planton-error.js";
import { asObject, asText } from "../../http/json.js";
import { namedStep } from "../kit/bridged/named-step.js";
import { each, matching, notEmpty } from "../kit/property-rules.js";
import { flag, integer, list, object, set, text } from "../kit/property-types.js";
import { defineFunction } from "../kit/provider-function.js";
import { connectionProperties } from "./connection-properties.js";
import { clusterOutputs } from "./database-cluster-properties.js";
import { autoscaleProperties, commonProperties, dashboardProperties } from "./database-cluster-state.js";
import type { DigitalOceanApi } from "./digitalocean-api.js";

const { clusterUrn: _clusterUrn, ...connectionOutputs } = clusterOutputs;
const tagsType = set(text, (tag) => String(tag).toLowerCase());

/** `digitalocean.getDatabaseCluster`: the first cluster of a name. */
export const getDatabaseClusterFunction = defineFunction<DigitalOceanApi>()({
  token: "digitalocean:index/getDatabaseCluster:getDatabaseCluster",
  description: "Looks a database cluster up by its name.",
  inputs: {
    name: { type: text, required: true, check: notEmpty },
    tags: { type: tagsType, check: each(matching(/^[a-zA-Z0-9:_-]{1,255}$/, "a tag")) },
  },
  outputs: {
    ...connectionOutputs,
    engine: { type: text },
    id: { type: text },
    maintenanceWindows: { type: list(object({ day: { type: text }, hour: { type: text } })) },
    name: { type: text },
    nodeCount: { type: integer },
    privateNetworkUuid: { type: text },
    projectId: { type: text },
    region: { type: text },
    size: { type: text },
    storageAutoscales: {
      type: list(
        object({ enabled: { type: flag }, incrementGib: { type: integer }, thresholdPercent: { type: integer } }),
      ),
    },
    storageSizeMib: { type: text },
    tags: { type: tagsType },
    urn: { type: text },
    version: { type: text },
  },
  async invoke({ name, tags }, { api, abandoned }) {
    const databases = await namedStep("retrieving database clusters", () =>
      api.list("/v2/databases", "databases", abandoned),
    );
    if (databases.length === 0) {
      throw new PlantonError({ code: "E_VENDOR", message: "unable to find any database clusters" });
    }
    const database = databases.find((candidate) => candidate["name"] === name);
    // As the vendor's plugin when there are clusters, but none of that name.
    if (database === undefined) return { id: "-", name, tags };
    const id = asText(database["id"]) ?? "";
    const { clusterUrn: urn, ...common } = commonProperties(database, id);
    const autoscale = asObject(database["storage_autoscale"]);
    return {
      ...common,
      ...connectionProperties(database, undefined),
      ...dashboardProperties(database),
      id,
      urn,
      maintenanceWindows: [],
      storageAutoscales: autoscale === undefined ? [] : [autoscaleProperties(autoscale)],
    };
  },
});

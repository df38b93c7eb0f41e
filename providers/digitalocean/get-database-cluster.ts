import { PlantonError } from "../../contract/planton-error.js";
import { asObject, asString } from "../../http/json.js";
import { namedStep } from "../kit/bridged/named-step.js";
import { readFields, readObject } from "../kit/bridged/read-fields.js";
import { defineFunction } from "../kit/resource/provider-function.js";
import { notEmpty } from "../kit/schema/property-rules.js";
import { list, object, string } from "../kit/schema/property-types.js";
import {
  autoscaleInputs,
  clusterInputs,
  clusterKeys,
  clusterOutputs,
  reachProperties,
  tagsInput,
} from "./database-cluster-properties.js";
import type { DigitalOceanApi } from "./provider-config.js";

const { clusterUrn: _urn, ...reachOutputs } = clusterOutputs;
const { backupRestore: _b, evictionPolicy: _e, sqlMode: _m, storageAutoscale: _s, ...plainOutputs } = clusterInputs;

/** `digitalocean.getDatabaseCluster`: the first cluster of a name. */
export const getDatabaseClusterFunction = defineFunction<DigitalOceanApi>()({
  token: "digitalocean:index/getDatabaseCluster:getDatabaseCluster",
  description: "Looks a database cluster up by its name.",
  inputs: {
    name: { type: string, required: true, check: notEmpty },
    tags: tagsInput,
  },
  outputs: {
    ...reachOutputs,
    ...plainOutputs,
    id: { type: string },
    storageAutoscales: { type: list(object(autoscaleInputs)) },
    urn: { type: string },
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
    const id = asString(database["id"]) ?? "";
    const { clusterUrn: urn, ...reach } = reachProperties(database, id);
    const autoscale = asObject(database["storage_autoscale"]);
    return {
      ...readFields(database, plainOutputs, clusterKeys),
      ...reach,
      id,
      urn,
      maintenanceWindows: [],
      storageAutoscales: autoscale === undefined ? [] : [readObject(autoscale, autoscaleInputs)],
    };
  },
});

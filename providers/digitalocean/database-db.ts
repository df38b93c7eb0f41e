import { defineBridgedResource } from "../kit/bridged/bridged-resource.js";
import { clusterPart, partInputs } from "./cluster-part.js";

const dbs = clusterPart("dbs", "/database/");

/** `digitalocean.DatabaseDb`. */
export const databaseDbResource = defineBridgedResource({
  type: "digitalocean:index/databaseDb:DatabaseDb",
  description: "A database in a database cluster.",
  noun: "Database DB",
  inputs: partInputs,
  outputs: {},
  path: dbs.path,
  key: "db",
  create: { send: ({ clusterId, name }) => dbs.post(clusterId, { name }), id: dbs.id },
  importing: dbs.importing,
});

import { asText } from "../../http/json.js";
import { defineBridgedResource } from "../kit/bridged/bridged-resource.js";
import { clusterPath, importPart, partInputs, partPath } from "./cluster-part.js";

/** `digitalocean.DatabaseDb`. */
export const databaseDbResource = defineBridgedResource({
  type: "digitalocean:index/databaseDb:DatabaseDb",
  description: "A database in a database cluster.",
  noun: "Database DB",
  inputs: partInputs,
  outputs: {},
  path: partPath("dbs"),
  key: "db",
  create: {
    send: ({ clusterId, name }) => ({ method: "POST", path: clusterPath(clusterId, "dbs"), body: { name } }),
    id: (db, { clusterId }) => `${clusterId}/database/${asText(db["name"]) ?? ""}`,
  },
  state: (_db, { known: { clusterId, name } }) => ({ clusterId, name }),
  importing: importPart("/database/"),
});

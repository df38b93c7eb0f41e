import { asNumber, asText, asTexts } from "../../http/json.js";
import { defineBridgedResource } from "../kit/bridged/bridged-resource.js";
import { notEmpty } from "../kit/property-rules.js";
import { integer, text } from "../kit/property-types.js";
import { clusterPath, importPart, partInputs, partPath } from "./cluster-part.js";
import { connectionProperties } from "./connection-properties.js";
import { storageMib, tagsInput } from "./database-cluster-properties.js";

/**
 * `digitalocean.DatabaseReplica`. Region and size have no default of their own in the vendor's plugin: what the vendor
 * chose is a difference for ever, for the region one that replaces.
 */
export const databaseReplicaResource = defineBridgedResource({
  type: "digitalocean:index/databaseReplica:DatabaseReplica",
  description: "A read-only replica of a database cluster.",
  noun: "DatabaseReplica",
  inputs: {
    ...partInputs,
    privateNetworkUuid: { type: text, computed: true, replace: true, check: notEmpty },
    region: { type: text, replace: true },
    size: { type: text },
    storageSizeMib: { type: text, computed: true },
    tags: { ...tagsInput, replace: true },
  },
  outputs: {
    database: { type: text },
    host: { type: text },
    password: { type: text, secret: true },
    port: { type: integer },
    privateHost: { type: text },
    privateUri: { type: text, secret: true },
    uri: { type: text, secret: true },
    user: { type: text },
    uuid: { type: text },
  },
  path: partPath("replicas"),
  key: "replica",
  crashesUnanswered: ["create"],
  create: {
    send: ({ clusterId, name, region = "", size = "", privateNetworkUuid = "", tags = [], storageSizeMib }) => ({
      method: "POST",
      path: clusterPath(clusterId, "replicas"),
      body: {
        ...{ name, region, size, private_network_uuid: privateNetworkUuid },
        tags: tags.length > 0 ? tags : undefined,
        storage_size_mib: storageMib(storageSizeMib),
      },
    }),
    // A cluster that is just online may still make its first backup. 20 minutes: default of the Terraform SDK.
    again: { statuses: [412], timeoutMs: 20 * 60_000 },
    id: (replica, { clusterId }) => `${clusterId}/replicas/${asText(replica["name"]) ?? ""}`,
    keep: (replica) => connectionProperties(replica, undefined),
  },
  wait: {
    isReady: ({ status }) => status === "online",
    becoming: "to become online",
    timeoutMs: 30 * 60_000,
    isPatientWithAbsence: true,
  },
  state: (replica, { known: { clusterId, name, password } }) => ({
    clusterId,
    name,
    size: asText(replica["size"]),
    region: asText(replica["region"]),
    tags: asTexts(replica["tags"]),
    uuid: asText(replica["id"]),
    privateNetworkUuid: asText(replica["private_network_uuid"]),
    storageSizeMib: String(asNumber(replica["storage_size_mib"]) ?? 0),
    ...connectionProperties(replica, password),
  }),
  importing: importPart("/replicas/"),
  update: [
    {
      doing: "resizing database replica",
      on: ["size", "storageSizeMib"],
      // The storage that the vendor told before is sent too, also when it is too small for the new size.
      send: ({ known: { uuid = "", size, storageSizeMib } }) => ({
        method: "PUT",
        path: clusterPath(uuid, "resize"),
        body: { size, num_nodes: 1, storage_size_mib: storageMib(storageSizeMib) },
      }),
      waits: true,
    },
  ],
});

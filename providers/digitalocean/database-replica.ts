import { defineBridgedResource } from "../kit/bridged/bridged-resource.js";
import { notEmpty } from "../kit/schema/property-rules.js";
import { string } from "../kit/schema/property-types.js";
import { clusterPart, clusterPath, filledList, partInputs, untilOnline } from "./cluster-part.js";
import { connectionOutputs, connectionProperties } from "./connection-properties.js";
import { storageMib, tagsInput } from "./database-cluster-properties.js";

const replicas = clusterPart("replicas", "/replicas/");

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
    privateNetworkUuid: { type: string, computed: true, replace: true, check: notEmpty },
    region: { type: string, replace: true },
    size: { type: string },
    storageSizeMib: { type: string, computed: true },
    tags: { ...tagsInput, replace: true },
  },
  outputs: { ...connectionOutputs, uuid: { type: string } },
  path: replicas.path,
  key: "replica",
  keys: { uuid: "id" },
  crashesWithoutResponse: ["create"],
  create: {
    send: ({ clusterId, name, region = "", size = "", privateNetworkUuid = "", tags, storageSizeMib }) =>
      replicas.post(clusterId, {
        ...{ name, region, size, private_network_uuid: privateNetworkUuid },
        tags: filledList(tags),
        storage_size_mib: storageMib(storageSizeMib),
      }),
    // A cluster that is just online may still make its first backup. 20 minutes: default of the Terraform SDK.
    again: { statuses: [412], timeoutMs: 20 * 60_000 },
    id: replicas.id,
    keep: (replica) => connectionProperties(replica),
  },
  wait: { ...untilOnline, isPatientWithAbsence: true },
  state: (replica, { known: { password } }) => connectionProperties(replica, password),
  importing: replicas.importing,
  update: [
    {
      doing: "resizing database replica",
      on: ["size", "storageSizeMib"],
      // The storage that the vendor returned before is sent too, also when it is too small for the new size.
      send({ known: { uuid = "", size, storageSizeMib } }) {
        const body = { size, num_nodes: 1, storage_size_mib: storageMib(storageSizeMib) };
        return { method: "PUT", path: clusterPath(uuid, "resize"), body };
      },
      waits: true,
    },
  ],
});

import { fromJson, type JsonObject } from "@bufbuild/protobuf";
import { createValidator } from "@bufbuild/protovalidate";
import { describe, expect, it } from "vitest";
import { DigitalOceanDatabaseClusterSpecSchema } from "../../../apis/gen/es/planton/digitalocean/v1/digital_ocean_database_cluster_pb.js";

const base: JsonObject = {
  engine: "pg",
  engineVersion: "16",
  region: "nyc3",
  sizeSlug: "db-s-2vcpu-4gb",
  nodeCount: 1,
};

const validator = createValidator();

/** Ids of the rules that a spec breaks. */
function brokenRules(change: JsonObject): string[] {
  const spec = fromJson(DigitalOceanDatabaseClusterSpecSchema, { ...base, ...change });
  const result = validator.validate(DigitalOceanDatabaseClusterSpecSchema, spec);
  return (result.violations ?? []).map((violation) => violation.ruleId).sort();
}

const office: JsonObject = { type: "ip_addr", value: "203.0.113.7" };
const uuid = "12345678-1234-1234-1234-123456789012";

const accepted: readonly (readonly [string, JsonObject])[] = [
  ["the smallest spec", {}],
  ["three nodes of pg", { nodeCount: 3 }],
  ["one node with 1 GB", { sizeSlug: "db-s-1vcpu-1gb" }],
  [
    "mongodb with three nodes of 1 GB",
    { engine: "mongodb", engineVersion: "7.0", sizeSlug: "db-s-1vcpu-1gb", nodeCount: 3 },
  ],
  ["kafka with 15 nodes", { engine: "kafka", engineVersion: "3.8", sizeSlug: "gd-2vcpu-8gb", nodeCount: 15 }],
  ["opensearch with 6 nodes", { engine: "opensearch", engineVersion: "2", sizeSlug: "m3-2vcpu-16gb", nodeCount: 6 }],
  ["autoscaling with the default numbers", { storageAutoscale: { enabled: true } }],
  ["storage of mysql", { engine: "mysql", engineVersion: "8", storageGib: 60 }],
  [
    "every type of trusted source",
    {
      trustedSources: [
        office,
        { type: "ip_addr", value: "0.0.0.0/0" },
        { type: "droplet", value: "123456789" },
        { type: "k8s", value: uuid },
        { type: "tag", value: "team:payments" },
        { type: "app", value: uuid },
      ],
    },
  ],
  ["an Intel size", { sizeSlug: "db-intel-1vcpu-1gb" }],
  ["a size of another family", { sizeSlug: "c-96-intel" }],
  ["a version of three numbers", { engineVersion: "8.4.8" }],
];

const refused: readonly (readonly [string, JsonObject, readonly string[]])[] = [
  ["no engine", { engine: "engine_unspecified" }, ["required"]],
  ["no node count", { nodeCount: 0 }, ["required"]],
  ["four nodes of pg", { nodeCount: 4 }, ["database_cluster.node_count.sql_and_valkey"]],
  ["four nodes of valkey", { engine: "valkey", nodeCount: 4 }, ["database_cluster.node_count.sql_and_valkey"]],
  ["two nodes of mongodb", { engine: "mongodb", nodeCount: 2 }, ["database_cluster.node_count.mongodb"]],
  ["one node of kafka", { engine: "kafka", nodeCount: 1 }, ["database_cluster.node_count.kafka"]],
  ["two nodes of opensearch", { engine: "opensearch", nodeCount: 2 }, ["database_cluster.node_count.opensearch"]],
  ["two nodes with 1 GB", { sizeSlug: "db-amd-1vcpu-1gb", nodeCount: 2 }, ["database_cluster.size_slug.one_gigabyte"]],
  ["storage of valkey", { engine: "valkey", storageGib: 60 }, ["database_cluster.storage_gib.engine"]],
  [
    "autoscaling of kafka",
    { engine: "kafka", nodeCount: 3, storageAutoscale: {} },
    ["database_cluster.storage_autoscale.engine"],
  ],
  [
    "autoscaling at 5 percent",
    { storageAutoscale: { enabled: true, thresholdPercent: 5, incrementGib: 10 } },
    ["uint32.gte_lte"],
  ],
  ["eviction policy of pg", { evictionPolicy: "allkeys_lru" }, ["database_cluster.eviction_policy.engine"]],
  ["sql mode of pg", { sqlMode: "ANSI" }, ["database_cluster.sql_mode.engine"]],
  [
    "restored valkey",
    { engine: "valkey", restoreFromBackup: { clusterName: "old" } },
    ["database_cluster.restore_from_backup.engine"],
  ],
  [
    "trusted sources of a public cluster",
    { enablePublicConnectivity: true, trustedSources: [office] },
    ["database_cluster.trusted_sources.public"],
  ],
  [
    "trusted sources beside an external firewall",
    { externalFirewall: true, trustedSources: [office] },
    ["database_cluster.trusted_sources.external"],
  ],
  [
    "an external firewall of a public cluster",
    { externalFirewall: true, enablePublicConnectivity: true },
    ["database_cluster.external_firewall.public"],
  ],
  ["an IPv6 source", { trustedSources: [{ type: "ip_addr", value: "2001:db8::1" }] }, ["trusted_source.value.ip_addr"]],
  [
    "a range with host bits",
    { trustedSources: [{ type: "ip_addr", value: "203.0.113.7/24" }] },
    ["trusted_source.value.ip_addr"],
  ],
  ["a droplet by name", { trustedSources: [{ type: "droplet", value: "web-1" }] }, ["trusted_source.value.droplet"]],
  ["a source without type", { trustedSources: [{ value: "203.0.113.7" }] }, ["required"]],
  ["a label as tag", { tags: ["team=payments"] }, ["database_cluster.tags.format"]],
  ["a tag twice", { tags: ["a", "a"] }, ["repeated.unique"]],
  ["an hour of 24", { maintenanceWindow: { day: "sunday", hour: "24:00" } }, ["maintenance_window.hour.format"]],
  ["a version with a letter", { engineVersion: "16-beta" }, ["database_cluster.engine_version.format"]],
  ["a region in words", { region: "New York" }, ["database_cluster.region.format"]],
  ["a size with a space", { sizeSlug: "4 vcpu" }, ["database_cluster.size_slug.format"]],
  ["a name with an underscore", { clusterName: "dev_postgres" }, ["database_cluster.cluster_name.format"]],
  ["a project by name", { projectId: "default" }, ["database_cluster.project_id.format"]],
  ["a time limit without unit", { createTimeout: "60" }, ["database_cluster.create_timeout.format"]],
];

describe("the rules of a database cluster", () => {
  it.each(accepted)("accept %s", (_, change) => {
    expect(brokenRules(change)).toEqual([]);
  });

  it.each(refused)("refuse %s", (_, change, rules) => {
    expect(brokenRules(change)).toEqual(rules);
  });
});

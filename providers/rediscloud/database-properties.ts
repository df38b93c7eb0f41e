import { ownerInput } from "../kit/schema/owner-input.js";
import type { PropertyDeclarations, ValuesOf } from "../kit/schema/property-declaration.js";
import { between, each, matching, notEmpty, oneOf } from "../kit/schema/property-rules.js";
import { boolean, integer, list, object, set, string } from "../kit/schema/property-types.js";
import type { PropertyValue } from "../kit/schema/property-value.js";

/** Values in Redis Cloud's words (rediscloud-go-api, service/databases/model.go, read 2026-11). */
const persistences = [
  ...["none", "aof-every-1-second", "aof-every-write"],
  ...["snapshot-every-1-hour", "snapshot-every-6-hours", "snapshot-every-12-hours"],
];
const evictions = [
  ...["allkeys-lru", "allkeys-lfu", "allkeys-random", "volatile-lru", "volatile-lfu", "volatile-random"],
  ...["volatile-ttl", "noeviction"],
];
const alertNames = ["dataset-size", "throughput-higher-than", "throughput-lower-than", "latency", "connections-limit"];

/** Inputs of `planton-rediscloud.Database`. */
export const databaseInputs = {
  subscriptionId: {
    type: string,
    required: true,
    replace: true,
    description: "Id of the Essentials subscription. Another one replaces the database.",
    check: matching(/^\d+$/, "the id of a subscription"),
  },
  name: {
    type: string,
    required: true,
    description: "Name of the database: 1 to 40 letters, digits and dashes. Changed in place.",
    check: matching(/^[A-Za-z]([A-Za-z0-9-]{0,38}[A-Za-z0-9])?$/, "1 to 40 letters, digits and dashes"),
  },
  protocol: {
    type: string,
    replace: true,
    generate: () => "stack",
    description: "What clients speak: stack, redis or memcached. Another one replaces the database. Default: stack.",
    check: oneOf(["stack", "redis", "memcached"]),
  },
  dataPersistence: {
    type: string,
    generate: () => "none",
    description: "What survives a restart. Changed in place. Default: none.",
    check: oneOf(persistences),
  },
  dataEviction: {
    type: string,
    generate: () => "volatile-lru",
    description: "Which keys go when the memory is full. Changed in place. Default: volatile-lru.",
    check: oneOf(evictions),
  },
  replication: {
    type: boolean,
    generate: () => false,
    description: "True keeps a second copy of the data. Changed in place. Default: false.",
  },
  sourceIps: {
    type: set(string, String),
    required: true,
    description: "Addresses that may connect, in CIDR notation: 0.0.0.0/0 for everyone. Changed in place.",
    check: (value: PropertyValue) => notEmpty(value) ?? each(matching(/^[\d.]+\/\d+$/, "a range of addresses"))(value),
  },
  enableTls: {
    type: boolean,
    generate: () => false,
    description: "True takes TLS connections alone. Changed in place. Default: false.",
  },
  password: {
    type: string,
    computed: true,
    secret: true,
    description: "Password of the user default. Changed in place. Default: the vendor makes one.",
    check: matching(/^\S{8,128}$/, "8 to 128 characters without blanks"),
  },
  enableDefaultUser: {
    type: boolean,
    generate: () => true,
    description: "False shuts out the user default. Changed in place. Default: true.",
  },
  alerts: {
    type: list(
      object({
        name: { type: string, required: true, description: "What is watched.", check: oneOf(alertNames) },
        value: { type: integer, required: true, description: "The threshold.", check: between(0, 1_000_000_000) },
      }),
    ),
    generate: () => [],
    description: "Mails about what is too high or too low. Changed in place. Default: none.",
  },
  owner: ownerInput,
} as const satisfies PropertyDeclarations;

/** The inputs with their values. */
export type DatabaseInputs = ValuesOf<typeof databaseInputs>;

/** Outputs of `planton-rediscloud.Database`. */
export const databaseOutputs = {
  databaseId: { type: string, required: true, description: "Id of the database." },
  publicEndpoint: { type: string, description: "HOST:PORT from the internet." },
  privateEndpoint: { type: string, description: "HOST:PORT from within the cloud's network." },
  host: { type: string, description: "Host of the public endpoint." },
  port: { type: integer, description: "Port of the public endpoint." },
  connectionUri: { type: string, secret: true, description: "URI for clients of Redis." },
  redisVersion: { type: string, description: "Version of Redis whose commands it has." },
  cloudProvider: { type: string, description: "Cloud of the plan." },
  region: { type: string, description: "Region of the plan." },
} as const satisfies PropertyDeclarations;

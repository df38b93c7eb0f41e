import { ownerInput } from "../kit/schema/owner-input.js";
import type {
  Comparison,
  PartialValuesOf,
  PropertyDeclarations,
  ValuesOf,
} from "../kit/schema/property-declaration.js";
import { atMostCharacters, between, matching, neverManaged, oneOf } from "../kit/schema/property-rules.js";
import { boolean, integer, list, map, object, set, string } from "../kit/schema/property-types.js";
import { equalValues, isEmpty, isList, isMap, type PropertyValue } from "../kit/schema/property-value.js";
import { ipRule, labelsRule, networksRule, passwordRule } from "./cluster-checks.js";
import { databaseInputs, databaseOutputs } from "./database-properties.js";
import { generatePassword, keptPassword, passwordPlan } from "./root-password.js";

function withoutEmptyNetworks(value: PropertyValue): PropertyValue | undefined {
  if (!isMap(value) || !isEmpty(value["authorizedNetworks"])) return value;
  const rest = Object.fromEntries(Object.entries(value).filter(([name]) => name !== "authorizedNetworks"));
  return Object.keys(rest).length === 0 ? undefined : rest;
}

function networkIdentity(network: PropertyValue): string {
  return isMap(network) ? JSON.stringify([network["displayName"], network["startIp"], network["endIp"]]) : "";
}

/** A cluster can be moved between projects in the console, so only a change of the program means another project. */
function projectChanged({ inputs, oldInputs }: Comparison): boolean {
  const old = oldInputs?.["projectId"];
  return old !== undefined && inputs["projectId"] !== undefined && !equalValues(old, inputs["projectId"]);
}

function passwordIsManaged({ state, inputs }: Comparison): boolean {
  const names = inputs["__defaults"];
  const generated = new Set(isList(names) ? names.map(String) : []);
  return passwordPlan({ inputs, generated, adopted: state["adopted"] === true }) !== "leave";
}

const rcu = (description: string) =>
  ({ type: integer, required: true, check: between(2000, 100_000), description }) as const;

/**
 * Inputs of `tidbcloud.ServerlessCluster`. Limits: cluster.swagger.json and create.go of tidbcloud-cli 19aea6a
 * (2026-05).
 */
export const clusterInputs = {
  displayName: {
    type: string,
    required: true,
    description: "Name in the console: 4 to 64 letters, digits and dashes. Need not be unique for the vendor.",
    check: matching(
      /^[A-Za-z0-9][-A-Za-z0-9]{2,62}[A-Za-z0-9]$/,
      "4 to 64 letters, digits and dashes, a letter or digit first and last",
    ),
  },
  region: {
    type: string,
    required: true,
    replace: true,
    description:
      'Cloud and region: "aws-ap-northeast-1", or with "regions/" before it. Another one replaces the cluster.',
    canonical: (value) => String(value).replace(/^regions\//, ""),
    check: matching(/^(aws|gcp|azure|alicloud)-[a-z0-9-]+$/, 'a cloud and its region such as "aws-ap-northeast-1"'),
  },
  projectId: {
    type: string,
    replace: true,
    computed: true,
    description: "Project to create the cluster in. Default: the organization's own. Another one replaces the cluster.",
    managed: projectChanged,
    check: matching(/^[0-9]{1,20}$/, "1 to 20 digits"),
  },
  spendingLimitMonthlyCents: {
    type: integer,
    computed: true,
    description: "Starter: most to spend in a month, US cents. 0: the free quota alone.",
    check: between(0, 2_147_483_647),
  },
  autoScaling: {
    description: "Essential: bounds of the request capacity units. Its presence selects the plan.",
    computed: true,
    type: object({ minRcu: rcu("Least units, 2000 or more."), maxRcu: rcu("Most units, up to 100000.") }),
  },
  publicEndpoint: {
    description: "The endpoint that is reached over the internet. What is not given is left as it is.",
    computed: true,
    canonical: withoutEmptyNetworks,
    type: object({
      disabled: {
        type: boolean,
        computed: true,
        description: "True: the cluster is reached by private endpoints alone.",
      },
      authorizedNetworks: {
        description: "Who may connect, up to 200. Empty: left as it is.",
        computed: true,
        check: networksRule,
        type: set(
          object({
            displayName: {
              type: string,
              required: true,
              check: atMostCharacters(64),
              description: "Name of the rule.",
            },
            startIp: { type: string, required: true, check: ipRule, description: "First IPv4 address." },
            endIp: { type: string, required: true, check: ipRule, description: "Last IPv4 address." },
          }),
          networkIdentity,
        ),
      },
    }),
  },
  automatedBackupPolicy: {
    description: "Automatic backups. What is not given is left as it is.",
    computed: true,
    type: object({
      startTime: {
        type: string,
        computed: true,
        description: "Hour and minute of the day, UTC: 07:00.",
        check: matching(/^([01][0-9]|2[0-3]):[0-5][0-9]$/, "hour and minute such as 07:00"),
      },
      retentionDays: {
        type: integer,
        computed: true,
        description: "Days that a backup is kept, 1 or more.",
        check: between(1, Number.POSITIVE_INFINITY),
      },
    }),
  },
  enhancedEncryption: {
    type: boolean,
    computed: true,
    replace: true,
    description: "Encryption at rest by a second key. Another value replaces the cluster.",
  },
  labels: {
    type: map(string),
    description: "Labels of the cluster, up to 64. Those of others are left alone.",
    canonical: (value) => (isMap(value) && Object.keys(value).length === 0 ? undefined : value),
    check: labelsRule,
  },
  rootPassword: {
    type: string,
    secret: true,
    computed: true,
    writeOnly: true,
    description:
      "Password of the root user, 8 to 64 characters. Default: one is made and kept, unless keepRootPassword is true.",
    managed: passwordIsManaged,
    check: passwordRule,
    // Made for a new cluster and when the user hands the password over; never for one that was imported.
    generate({ olds, news, clock }) {
      if (news["keepRootPassword"] === true) return undefined;
      const isHandedOver = olds["rootPassword"] === undefined && olds["keepRootPassword"] === true;
      return isHandedOver ? generatePassword(clock) : keptPassword({ olds, news, clock }, "rootPassword");
    },
  },
  keepRootPassword: {
    type: boolean,
    managed: neverManaged,
    description: "True: the root password is left alone and no URL is made. Default: false.",
  },
  adoption: {
    managed: neverManaged,
    description: "What to do with a cluster of the same name that another stack or person made.",
    type: object({
      policy: {
        type: string,
        description: "ADOPT_IF_FOUND, ADOPT_ONLY (never create) or FAIL_IF_FOUND. Default: FAIL_IF_FOUND.",
        check: oneOf(["ADOPT_IF_FOUND", "ADOPT_ONLY", "FAIL_IF_FOUND"]),
      },
      clusterId: {
        type: string,
        description: "The cluster to adopt; without it, the one of the same name and region.",
        check: matching(/^[0-9]{1,20}$/, "1 to 20 digits"),
      },
      setPassword: {
        type: boolean,
        description: "True: set the root password of an adopted cluster, which locks out who uses it. Default: false.",
      },
    }),
  },
  ...databaseInputs("cluster"),
  deletionPolicy: {
    type: string,
    managed: neverManaged,
    description: "DELETE or RETAIN. Default: DELETE for a cluster that this resource made, RETAIN for another.",
    check: oneOf(["DELETE", "RETAIN"]),
  },
  deletionProtection: {
    type: boolean,
    managed: neverManaged,
    description: "True: neither a deletion nor a replacement goes through, until false was applied. Default: false.",
  },
  owner: {
    ...ownerInput,
    description: 'Mark of the owning stack, written as the label "planton-owner"; by it a cluster is known again.',
  },
} as const satisfies PropertyDeclarations;

/** Outputs of `tidbcloud.ServerlessCluster`. */
export const clusterOutputs = {
  clusterId: { type: string, required: true, description: "Id of the cluster; a string of up to 20 digits." },
  servicePlan: { type: string, description: "Starter or Essential." },
  version: { type: string, description: "Version of TiDB." },
  regionName: { type: string, description: 'Region as the API names it: "regions/aws-ap-northeast-1".' },
  regionDisplayName: { type: string, description: "Region for people." },
  cloudProvider: { type: string, description: "Cloud of the region: aws." },
  organizationId: { type: string, description: "Organization that owns the cluster." },
  privateHost: { type: string, description: "Host of the private endpoint." },
  privatePort: { type: integer, description: "Port of the private endpoint." },
  privateServiceName: { type: string, description: "Name of the service to make a private endpoint for." },
  privateAvailabilityZones: { type: list(string), description: "Zones in which a private endpoint can be made." },
  adopted: { type: boolean, required: true, description: "True when the cluster was made by somebody else." },
  ...databaseOutputs("cluster"),
} as const satisfies PropertyDeclarations;

/** Checked inputs of a cluster. */
export type ClusterInputs = ValuesOf<typeof clusterInputs>;

/** State of a cluster, which may be partial. */
export type ClusterState = PartialValuesOf<typeof clusterInputs & typeof clusterOutputs>;

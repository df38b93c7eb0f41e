import type { PropertyDeclarations } from "../kit/schema/property-declaration.js";
import { between, matching, neverManaged } from "../kit/schema/property-rules.js";
import { boolean, integer, string } from "../kit/schema/property-types.js";
import { isEmpty, type PropertyMap } from "../kit/schema/property-value.js";
import { defaultDatabase } from "./connection.js";

/** Id of the cluster that a branch or a user is part of. */
export const clusterIdInput = {
  type: string,
  required: true,
  replace: true,
  check: matching(/^[0-9]{1,20}$/, "1 to 20 digits"),
} as const;

const timeout = (what: string) =>
  ({
    type: integer,
    managed: neverManaged,
    check: between(1, 86_400),
    description: `Seconds to wait until the ${what}, unless customTimeouts says otherwise. Default: 600.`,
  }) as const;

/** Inputs that clusters and branches have in common. */
export function databaseInputs(noun: "cluster" | "branch") {
  return {
    database: {
      type: string,
      computed: true,
      description: `Database named in the URLs; it is not created. Default: "test", which every ${noun} has.`,
      generate: () => defaultDatabase,
      check: matching(/^[A-Za-z0-9_$-]{1,64}$/, "1 to 64 letters, digits, _, $ and -"),
    },
    readyTimeoutSeconds: timeout(`${noun} is usable`),
    deleteTimeoutSeconds: timeout(`${noun} is gone`),
  } as const satisfies PropertyDeclarations;
}

const secretString = (description: string) => ({ type: string, secret: true, description }) as const;

/** Outputs that clusters and branches have in common: what a client needs to connect, and who made it when. */
export function databaseOutputs(noun: "cluster" | "branch") {
  return {
    state: { type: string, required: true, description: `State of the ${noun}: ACTIVE when it is usable.` },
    host: { type: string, description: "Host of the public endpoint; shared by many clusters." },
    port: { type: integer, description: "Port of the public endpoint." },
    userPrefix: { type: string, description: `Prefix of every SQL user name of the ${noun}.` },
    username: { type: string, description: 'The root user: "<userPrefix>.root".' },
    password: secretString("Password of the root user, when it is known."),
    databaseName: { type: string, required: true, description: "Database named in the URLs." },
    hasRootPassword: { type: boolean, description: "True when a root password was ever set." },
    createTime: { type: string, description: `When the ${noun} was made, RFC 3339.` },
    createdBy: { type: string, description: `Who made the ${noun}: a mail address or an API key.` },
    connectionUri: secretString("The same as databaseUrl."),
    databaseUrl: secretString("URL for mysql2 and what is built on it, with TLS."),
    prismaDatabaseUrl: secretString("URL for Prisma."),
    serverlessDriverUrl: secretString("URL for @tidbcloud/serverless, which speaks HTTP."),
    goDsn: secretString("Data source name for go-sql-driver/mysql."),
  } as const satisfies PropertyDeclarations;
}

const urls = ["connectionUri", "databaseUrl", "prismaDatabaseUrl", "serverlessDriverUrl", "goDsn"];

/** Outputs of a cluster or branch that another value of an input changes. */
export const outputsChangedBy = {
  rootPassword: ["password", ...urls],
  database: ["databaseName", ...urls],
  publicEndpoint: ["host", "port", ...urls],
} as const;

/** Outputs that show that a cluster or branch cannot be used yet; empty when it can. */
export function missingOutputs(state: PropertyMap, isPublicDisabled: boolean): readonly string[] {
  if (state["state"] !== "ACTIVE") return ["state"];
  const needed = isPublicDisabled ? ["userPrefix"] : ["userPrefix", "host", "port"];
  return needed.filter((name) => isEmpty(state[name]));
}

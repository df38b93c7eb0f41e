import { isJsonObject } from "../kit/base/json-fields.js";
import type { Timing } from "../kit/vendor/item-state.js";
import { accounts, defaultAccount } from "./accounts.js";

/** A trusted source of a cluster. */
export interface FirewallRule {
  readonly uuid: string;
  readonly type: string;
  readonly value: string;
  readonly description: string;
  readonly createdAt: string;
}

/** A user inside a cluster. */
export interface DatabaseUser {
  name: string;
  role: "primary" | "normal";
  password: string;
  authPlugin?: string;
  accessCert?: string;
  accessKey?: string;
  settings?: unknown;
}

/** A PgBouncer pool of a PostgreSQL cluster. */
export interface ConnectionPool {
  readonly name: string;
  readonly mode: string;
  /** Connections to the server. */
  readonly size: number;
  readonly db: string;
  /** "": sessions connect as the user that they come in with. */
  readonly user: string;
}

/** A read-only copy of a cluster. */
export interface Replica {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  size: string;
  storageSizeMib: number;
  readonly vpcId: string;
  tags: string[];
  /** Milliseconds since 1970. */
  readonly createdAtMs: number;
  readonly hostMark: string;
  rules: FirewallRule[];
  timing?: Timing;
}

/** Storage autoscaling of a cluster. */
export interface StorageAutoscale {
  readonly enabled: boolean;
  readonly threshold_percent?: number;
  readonly increment_gib?: number;
}

/** A database cluster. */
export interface Cluster {
  readonly id: string;
  readonly name: string;
  engine: string;
  version: string;
  region: string;
  size: string;
  numNodes: number;
  /** 0 for engines without a storage size. */
  storageSizeMib: number;
  vpcId: string;
  readonly projectId: string;
  tags: string[];
  /** Milliseconds since 1970. */
  readonly createdAtMs: number;
  /** What goes on until `readyAtMs`. */
  transition: "creating" | "forking" | "resizing" | "migrating";
  /** Milliseconds since 1970; null: never. */
  readyAtMs: number | null;
  /** Part of the host names that distinguishes clusters of one name. */
  readonly hostMark: string;
  maintenance: { day: string; hour: string };
  evictionPolicy: string;
  sqlMode: string;
  autoscale: StorageAutoscale | null;
  rules: FirewallRule[];
  /** The first one is the primary user. */
  users: DatabaseUser[];
  databases: string[];
  /** Absent in files of earlier versions. */
  pools?: ConnectionPool[];
  /** Absent in files of earlier versions. */
  replicas?: Replica[];
}

/** A VPC. */
export interface Vpc {
  readonly id: string;
  name: string;
  readonly region: string;
  readonly ipRange: string;
  description: string;
  default: boolean;
  readonly createdAt: string;
  /** True for those that no caller made: the regions' defaults and the one that is there at the start. */
  readonly given: boolean;
}

/** A deleted cluster that still counts as a member of its VPC. */
export interface LeavingMember {
  readonly vpcId: string;
  readonly urn: string;
  readonly name: string;
  readonly createdAt: string;
  /** Milliseconds since 1970; null: never. */
  readonly goneAtMs: number | null;
}

/** The objects of one account, in the order of their making. */
export interface AccountState {
  clusters: Cluster[];
  vpcs: Vpc[];
  /** Names as first written. */
  tags: string[];
  leaving: LeavingMember[];
}

/** All objects, by UUID of the account. */
export interface DigitalOceanState {
  readonly version: 1;
  readonly accounts: Record<string, AccountState>;
}

/** Id of the VPC in nyc3 that the default account has from the start. */
export const givenVpcId = "12345678-1234-1234-1234-123456789012";

/** The objects of a new sandbox. */
export function initialState(nowMs: number): DigitalOceanState {
  const givenVpc: Vpc = {
    id: givenVpcId,
    name: "production-vpc-sandbox",
    region: "nyc3",
    ipRange: "172.27.240.0/20",
    description: "there from the start",
    default: false,
    createdAt: timeText(nowMs),
    given: true,
  };
  const empty = (vpcs: Vpc[]): AccountState => ({ clusters: [], vpcs, tags: [], leaving: [] });
  const entries = accounts.map(
    (account) => [account.uuid, empty(account === defaultAccount ? [givenVpc] : [])] as const,
  );
  return { version: 1, accounts: Object.fromEntries(entries) };
}

/** Recognizes a state of this version; its insides are this program's own writing. */
export function isDigitalOceanState(value: unknown): value is DigitalOceanState {
  if (!isJsonObject(value) || value["version"] !== 1) return false;
  const known = value["accounts"];
  return isJsonObject(known) && accounts.every((account) => isJsonObject(known[account.uuid]));
}

/** RFC 3339 without fractions of seconds, as DigitalOcean writes times. */
export function timeText(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
}

import { isJsonObject } from "../kit/base/json-fields.js";
import type { PasswordHash } from "./root-password.js";

/** A range of addresses that may connect. */
export interface AuthorizedNetwork {
  readonly startIpAddress: string;
  readonly endIpAddress: string;
  readonly displayName: string;
}

/** Deletion of a cluster or branch: DELETING until `deletedAtMs`, DELETED until `goneAtMs`; null: never. */
export interface Deletion {
  readonly deletedAtMs: number | null;
  readonly goneAtMs: number | null;
}

/** A user inside a cluster. */
export interface SqlUser {
  /** With the cluster's prefix. */
  readonly userName: string;
  builtinRole: string;
  customRoles: readonly string[];
  /** Null: none. */
  password: PasswordHash | null;
}

/** What clusters and branches have in common. Times are milliseconds since 1970. */
export interface Database {
  displayName: string;
  readonly createdBy: string;
  readonly createTimeMs: number;
  updateTimeMs: number;
  readonly userPrefix: string;
  /** What goes on until `readyAtMs`. */
  transition: "CREATING" | "MODIFYING" | "RESTORING";
  /** When the last change began. */
  changedAtMs: number;
  /** Null: never. */
  readyAtMs: number | null;
  /** When host and prefix are known; null: never. */
  readonly fieldsAtMs: number | null;
  deletion: Deletion | null;
  rootPassword: PasswordHash | null;
}

/** A branch of a cluster. */
export interface Branch extends Database {
  readonly branchId: string;
  /** Id of the cluster or branch that it was made from. */
  readonly parentId: string;
  readonly parentTimestamp: string;
}

/** A cluster. */
export interface Cluster extends Database {
  readonly clusterId: string;
  readonly regionId: string;
  projectId: string;
  /** State in which its creation ends. */
  readonly createEndsIn: "ACTIVE" | "INACTIVE" | "DELETED";
  /** State set from outside the API; null: none. */
  forcedState: string | null;
  /** US cents a month; of Starter clusters. */
  spendingLimit: number;
  /** Of Essential clusters; null: the cluster is a Starter. */
  autoScaling: { minRcu: number; maxRcu: number } | null;
  backup: { startTime: string; retentionDays: number };
  publicDisabled: boolean;
  networks: readonly AuthorizedNetwork[];
  readonly enhancedEncryption: boolean;
  auditLog: { enabled: boolean; unredacted: boolean };
  /** Without the reserved ones. */
  labels: Readonly<Record<string, string>>;
  branches: Branch[];
  sqlUsers: SqlUser[];
}

/** A project of the organization. */
export interface Project {
  readonly id: string;
  readonly name: string;
  readonly createTimeMs: number;
}

/** All objects of the sandbox's one organization, in the order of their making. */
export interface TidbState {
  readonly version: 1;
  readonly projects: Project[];
  clusters: Cluster[];
}

/** Id of the sandbox's organization. */
export const organizationId = "1372813089209061633";
/** Id of the project that clusters go to when a request names none. */
export const defaultProjectId = "1372813089209061634";
/** Id of a second project. */
export const secondProjectId = "1372813089209061635";

/** The objects of a new sandbox: two projects, no clusters. */
export function initialState(nowMs: number): TidbState {
  return {
    version: 1,
    projects: [
      { id: defaultProjectId, name: "default_project", createTimeMs: nowMs },
      { id: secondProjectId, name: "second_project", createTimeMs: nowMs },
    ],
    clusters: [],
  };
}

/** Recognizes a state of this version; its insides are this program's own writing. */
export function isTidbState(value: unknown): value is TidbState {
  return (
    isJsonObject(value) &&
    value["version"] === 1 &&
    Array.isArray(value["clusters"]) &&
    Array.isArray(value["projects"])
  );
}

/**
 * DigitalOcean's texts. Seen in its issue trackers and documents (digitalocean/terraform-provider-digitalocean #1014,
 * #381, #906, #925, digitalocean/do-operator #3, pulumi/pulumi-digitalocean #753, GoogleCloudPlatform/terraformer #1905,
 * Greenstand/treetracker-infrastructure #122, digitalocean/openapi 7c1300c4; read 2026-08 and 2026-11): unauthorized,
 * forbidden, notFound, badRequest, tooManyRequests, serverError, clusterNameTaken, engineVersion, nodeCount, unsupported,
 * redisEnded, poolNameTaken, replicaNotFound, vpcMembers, rangeOverlaps. The others are not published and follow their
 * wording.
 */
export const messages = {
  unauthorized: "Unable to authenticate you",
  forbidden: "You are not authorized to perform this operation.",
  notFound: "The resource you requested could not be found.",
  badRequest: "error parsing request body",
  conflict: "The request could not be completed due to a conflict.",
  unprocessable: "request payload validation failed",
  tooManyRequests: "API rate limit exceeded.",
  serverError: "Unexpected server-side error",
  serviceUnavailable: "Service unavailable",

  clusterNotFound: "cluster not found",
  clusterName: "invalid cluster name",
  clusterNameTaken: "cluster name is not available",
  engine: "invalid cluster engine",
  engineVersion: "invalid cluster engine version",
  redisEnded: "Redis cluster creates are no longer supported as of 2025-04-30T00:00:00Z",
  region: "invalid region",
  size: "invalid size",
  nodeCount: "invalid node count",
  storage: "invalid storage size",
  storageShrinks: "storage size cannot be decreased",
  projectId: "invalid project id",
  privateNetwork: "invalid private network uuid",
  privateNetworkMissing: "private network not found",
  privateNetworkRegion: "private network is not in the region of the cluster",
  backupSource: "backup restore source cluster not found",
  backupEngine: "backup restore source has another engine",
  tag: "invalid tag name",
  unsupported: "operation is not supported for this cluster type",
  notOnline: "cluster is not online",
  maintenanceDay: "invalid maintenance window day",
  maintenanceHour: "invalid maintenance window hour",
  evictionPolicy: "invalid eviction policy",
  sqlMode: "invalid sql mode",
  autoscaleThreshold: "threshold_percent must be between 15 and 95",
  autoscaleIncrement: "increment_gib must be between 10 and 500",
  upgradeVersion: "cluster cannot be upgraded to the requested version",

  ruleType: "invalid firewall rule type",
  ruleValue: "invalid firewall rule value",
  ruleIpv6: "IPv6 addresses are not supported as firewall rules",
  ruleTag: "tag of firewall rule does not exist",
  ruleLimit: "cluster cannot have more than 100 firewall rules",

  userName: "invalid user name",
  userExists: "user already exists",
  userNotFound: "user not found",
  userPrimary: "the primary user cannot be deleted",
  authPlugin: "invalid auth plugin",
  userSettings: "invalid user settings",
  databaseName: "invalid database name",
  databaseExists: "database already exists",
  databaseNotFound: "database not found",
  databaseDefault: "the default database cannot be deleted",
  poolName: "invalid pool name",
  poolNameTaken: "pool name is not available",
  poolNotFound: "pool not found",
  poolMode: "invalid pool mode",
  poolSize: "invalid pool size",
  replicaNotFound: "not found",
  replicaSize: "replica cannot be smaller than the cluster",

  vpcNotFound: "VPC not found",
  vpcName: "Name may only contain alphanumeric characters, dashes, and periods",
  vpcNameTaken: "A VPC with that name already exists in your account",
  vpcDescription: "Description is too long (maximum is 255 characters)",
  vpcRange: "The IP range is invalid: it must be a private range between /16 and /28",
  vpcDefault: "Can not delete default VPC",
  vpcMembers: "Can not delete VPC with members",
  tagNotFound: "tag not found",
} as const;

/** The text that DigitalOcean adds the other network to. */
export function rangeOverlaps(name: string, range: string): string {
  return `This range/size overlaps with another VPC network in your account: ${name} ${range}.`;
}

const identifiers: Readonly<Record<number, readonly [id: string, message: string]>> = {
  400: ["bad_request", messages.badRequest],
  401: ["unauthorized", messages.unauthorized],
  403: ["forbidden", messages.forbidden],
  404: ["not_found", messages.notFound],
  409: ["conflict", messages.conflict],
  412: ["precondition_failed", messages.notOnline],
  422: ["unprocessable_entity", messages.unprocessable],
  429: ["too_many_requests", messages.tooManyRequests],
  500: ["server_error", messages.serverError],
  503: ["service_unavailable", messages.serviceUnavailable],
};

/** DigitalOcean's error body: `{"id", "message", "request_id"}`. */
export function errorBody(status: number, message: string | undefined, requestId: string): unknown {
  const [id, text] =
    identifiers[status] ??
    (status < 500 ? ["bad_request", messages.badRequest] : ["server_error", messages.serverError]);
  return { id, message: message ?? text, request_id: requestId };
}

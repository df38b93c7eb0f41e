import type { CheckFailure } from "../kit/schema/check-properties.js";
import type { PropertyRule } from "../kit/schema/property-rules.js";
import { isList, isMap, type PropertyMap, type PropertyValue } from "../kit/schema/property-value.js";

/** Label that says which stack made a cluster. */
export const ownerLabelKey = "planton-owner";

/** Labels under it are the vendor's own (cluster.swagger.json of tidbcloud-cli 19aea6a, 2026-05). */
export const reservedLabelPrefix = "tidb.cloud/";

const maxLabelLength = 63;

/** The owner mark as a label value: at most 63 characters; a longer one keeps its start and the hash at its end. */
export function ownerLabel(owner: string): string {
  return owner.length <= maxLabelLength ? owner : owner.slice(0, maxLabelLength - 9) + owner.slice(-9);
}

/** Refuses what cannot be a password; never reveals the value. The API takes 8 to 64 characters. */
export const passwordLengthRule: PropertyRule = (value) => {
  const { length } = String(value);
  return length < 8 || length > 64 ? `expected 8 to 64 characters, got ${length}` : undefined;
};

/** Refuses what cannot be a root password; never reveals the value. */
export const passwordRule: PropertyRule = (value) => {
  const password = String(value);
  const wrongLength = passwordLengthRule(password);
  if (wrongLength !== undefined) return wrongLength;
  const hasAll = /[a-z]/.test(password) && /[A-Z]/.test(password) && /[0-9]/.test(password);
  return hasAll ? undefined : "expected a lower-case letter, an upper-case letter and a digit";
};

/** Refuses too many labels and names that are not the user's to give. */
export const labelsRule: PropertyRule = (value) => {
  if (!isMap(value)) return undefined;
  const entries = Object.entries(value);
  if (entries.length > 64) return `expected at most 64 labels, got ${entries.length}`;
  for (const [name, text] of entries) {
    if (name.startsWith(reservedLabelPrefix))
      return `labels under "${reservedLabelPrefix}" are reserved; use projectId`;
    if (name === ownerLabelKey) return `the label "${ownerLabelKey}" is reserved; use owner`;
    if (name === "" || name.length > maxLabelLength) return `expected label names of 1 to 63 characters, got "${name}"`;
    if (String(text).length > maxLabelLength) return `expected label values of at most 63 characters at "${name}"`;
  }
  return undefined;
};

function ipNumber(address: PropertyValue | undefined): number | undefined {
  const parts = typeof address === "string" && /^\d{1,3}(\.\d{1,3}){3}$/.test(address) ? address.split(".") : [];
  if (parts.length !== 4 || parts.some((part) => Number(part) > 255)) return undefined;
  return parts.reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** Refuses strings that are no IPv4 address. */
export const ipRule: PropertyRule = (value) =>
  ipNumber(value) === undefined ? `expected an IPv4 address, got "${String(value)}"` : undefined;

/** Refuses networks whose range ends before it starts. */
export const networksRule: PropertyRule = (value) => {
  if (!isList(value)) return undefined;
  if (value.length > 200) return `expected at most 200 networks, got ${value.length}`;
  const wrong = value.filter(isMap).find((network) => {
    const start = ipNumber(network["startIp"]);
    const end = ipNumber(network["endIp"]);
    return start !== undefined && end !== undefined && start > end;
  });
  return wrong && `expected a startIp that is not above endIp in network "${String(wrong["displayName"])}"`;
};

/** Rules over several inputs. */
export function checkCluster(inputs: PropertyMap): readonly CheckFailure[] {
  const failures: CheckFailure[] = [];
  const refuse = (isWrong: boolean, property: string, reason: string): void =>
    void (isWrong && failures.push({ property, reason }));
  const { autoScaling, publicEndpoint, adoption, spendingLimitMonthlyCents: limit, rootPassword } = inputs;
  const { minRcu, maxRcu } = isMap(autoScaling) ? autoScaling : {};
  const { disabled, authorizedNetworks } = isMap(publicEndpoint) ? publicEndpoint : {};
  const { clusterId, policy = "FAIL_IF_FOUND" } = isMap(adoption) ? adoption : {};
  const bothPlans = "spendingLimitMonthlyCents (Starter) and autoScaling (Essential) are mutually exclusive";
  const bothPasswords = "rootPassword and keepRootPassword are mutually exclusive";
  const noNetworks = "networks have no effect while the public endpoint is disabled";
  const noPolicy = "clusterId needs the policy ADOPT_IF_FOUND or ADOPT_ONLY";
  refuse(autoScaling !== undefined && limit !== undefined, "autoScaling", bothPlans);
  const isOutOfOrder = typeof minRcu === "number" && typeof maxRcu === "number" && minRcu > maxRcu;
  refuse(isOutOfOrder, "autoScaling.minRcu", "expected a minRcu that is not above maxRcu");
  const hasNetworks = isList(authorizedNetworks) && authorizedNetworks.length > 0;
  refuse(disabled === true && hasNetworks, "publicEndpoint.authorizedNetworks", noNetworks);
  refuse(rootPassword !== undefined && inputs["keepRootPassword"] === true, "rootPassword", bothPasswords);
  refuse(typeof clusterId === "string" && policy === "FAIL_IF_FOUND", "adoption.clusterId", noPolicy);
  return failures;
}

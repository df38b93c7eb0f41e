/** What an API key may do. */
export type KeyRights = "all" | "read" | "none";

/** An API key of the sandbox's organization. */
export interface ApiKey {
  /** Its name in logs. */
  readonly name: string;
  readonly publicKey: string;
  readonly privateKey: string;
  readonly rights: KeyRights;
}

const key = (name: string, publicKey: string, rights: KeyRights): ApiKey => ({
  name,
  publicKey,
  privateKey: `5a5a5a5a-0000-4000-8000-${Buffer.from(publicKey).toString("hex").slice(-12)}`,
  rights,
});

/** The key pair that the sandbox's environment names: every right. Worth nothing outside the sandbox, like the others. */
export const ownerKey = key("owner", "SBXOWNER", "all");
/** A second key pair of the same organization with every right: what others do, in the console or elsewhere. */
export const colleagueKey = key("colleague", "SBXOTHER", "all");
/** A key pair that may only read: 403 for everything that changes something. */
export const readerKey = key("reader", "SBXREADR", "read");
/** A key pair without rights: 403 for everything. */
export const powerlessKey = key("powerless", "SBXNONE1", "none");

/** All key pairs that the sandbox knows. */
export const apiKeys: readonly ApiKey[] = [ownerKey, colleagueKey, readerKey, powerlessKey];

/** A password that is not known. */
export interface MissingPassword {
  /** What it belongs to, for people: `the pg cluster "orders"`. */
  readonly of: string;
  readonly clusterId: string;
  /** Name of the user at DigitalOcean. */
  readonly user: string;
  /** DigitalOcean's slug; undefined when it is not known. */
  readonly engine: string | undefined;
}

/**
 * Why a password is not known, and how to come by one. DigitalOcean returns MongoDB's only in the response to the creation
 * or to a reset, and no password to a token that may only read (its API reference and terraform-provider-digitalocean
 * issues 614 and 1165, as of August 2026).
 */
export function missingPassword({ of, clusterId, user, engine }: MissingPassword): string {
  const what = `the password of ${of} is not known, so outputs lack it`;
  const scope = "use a token that may see it (scope database:view_credentials)";
  const reset = `DigitalOcean returns it only when the user is made or the password is reset; reset it with POST /v2/databases/${clusterId}/users/${user}/reset_auth (doctl databases user reset ${clusterId} ${user}) and keep the one in the response yourself, planton cannot read it`;
  if (engine === undefined) return `${what}: ${scope}; of MongoDB, ${reset}`;
  return `${what}: ${engine === "mongodb" ? reset : scope}`;
}

/** A database cluster without its password. */
export interface ClusterWithoutPassword {
  readonly name: string;
  readonly id: string;
  /** DigitalOcean's slug. */
  readonly engine: string;
}

/**
 * Why the password of a cluster is not known, and how to come by one. DigitalOcean tells MongoDB's in the answer to the
 * creation or to a reset alone, and no password to a token that may only read (its API reference and
 * terraform-provider-digitalocean issues 614 and 1165, as of August 2026).
 */
export function missingPassword({ name, id, engine }: ClusterWithoutPassword): string {
  const what = `the password of the ${engine} cluster "${name}" is not known, so outputs lack it`;
  if (engine !== "mongodb") return `${what}: use a token that may see it (scope database:view_credentials)`;
  return `${what}: DigitalOcean tells it only when the cluster is made or the user's password is reset; reset it with POST /v2/databases/${id}/users/doadmin/reset_auth (doctl databases user reset ${id} doadmin) and keep the one in the answer yourself, planton cannot read it`;
}

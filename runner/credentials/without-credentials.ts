import type { Catalog } from "../../contract/catalog.js";
import type { Environment } from "../system/planton-home.js";
import { variablesOf } from "./resolve-credentials.js";

/**
 * The environment without the variables that give credentials of the catalog's vendors, for programs that planton starts
 * and that reach no vendor: they get and unpack the Pulumi CLI, build it, ask for its version, install plugins from files.
 */
export function withoutCredentials(env: Environment, { providers }: Pick<Catalog, "providers">): Environment {
  const withheld = new Set(providers.flatMap(({ config }) => config.fields.flatMap(variablesOf)));
  return Object.fromEntries(Object.entries(env).filter(([name]) => !withheld.has(name)));
}

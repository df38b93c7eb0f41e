import type { ProviderFacts } from "../../contract/catalog.js";
import type { Environment } from "../system/planton-home.js";

/**
 * The environment without the variables that give credentials of vendors, for programs that planton starts and that reach
 * no vendor: they get and unpack the Pulumi CLI, build it, ask for its version, install plugins from files.
 */
export function withoutCredentials(
  env: Environment,
  providers: readonly Pick<ProviderFacts, "variables">[],
): Environment {
  const withheld = new Set(providers.flatMap(({ variables }) => variables));
  return Object.fromEntries(Object.entries(env).filter(([name]) => !withheld.has(name)));
}

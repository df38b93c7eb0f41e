import type { VendorNames } from "./vendor-names.js";
import type { NewFile } from "./write-new-files.js";

/** What the runner and the modules have of a vendor: provider resource and adapter. */
export function vendorModuleFiles(names: VendorNames): readonly NewFile[] {
  const { name } = names.provider;
  return [
    { path: `modules/${name}/_shared/provider.ts`, text: providerResourceText(names) },
    { path: `modules/${name}/_shared/vendor.ts`, text: adapterText(names) },
  ];
}

function providerResourceText({ provider, place, tokenVariable }: VendorNames): string {
  return `import { secret } from "@pulumi/pulumi";
import type { ProviderFactory } from "../../../contract/module.js";
import { Provider } from "../../gen/resources/${place.plugin}.js";

/**
 * Makes the ${provider.displayName} provider resource. An inline token is a secret input; without one the plugin takes
 * ${tokenVariable} from its environment, and no token enters the state.
 */
export const providerFactory: ProviderFactory = (inline) => {
  const { token } = inline ?? {};
  return new Provider("${provider.name}", token === undefined ? {} : { token: secret(token) });
};
`;
}

function adapterText({ provider, place, kind, symbol, version }: VendorNames): string {
  const { name, displayName } = provider;
  return `import { ${symbol}Of } from "../../../clients/${name}.js";
import { hints } from "../../../clients/${name}-hints.js";
import type {
  ExistingResource,
  StateEntry,
  VendorAccount,
  VendorAdapter,
  VendorContext,
} from "../../../contract/vendor.js";
import { asNonEmptyString, asObject } from "../../../http/json.js";

/** ${displayName}, as the runner needs it beside the plugin. */
export const vendorAdapter: VendorAdapter = {
  name: "${name}",
  plugins: [{ name: "${place.plugin}", version: "${version}", isOwn: true }],
  readAccount,
  readExisting,
  hints,
};

/** The account that the token belongs to. */
async function readAccount(context: VendorContext): Promise<VendorAccount | undefined> {
  const account = asObject(asObject(await ${symbol}Of(context).find("${place.pathPrefix}/account"))?.["account"]);
  const id = asNonEmptyString(account?.["id"]);
  return id === undefined ? undefined : { id, name: asNonEmptyString(account?.["name"]) ?? id };
}

/** Paths of the collections, by type token. */
const lists: Readonly<Record<string, string>> = {
  "${place.plugin}:index/${kind.camel}:${kind.rest}": "${place.pathPrefix}/${kind.kebab}s",
};

/** Reads a resource of the state by its id; see VendorAdapter.readExisting. */
async function readExisting(
  { type, id }: StateEntry,
  context: VendorContext,
): Promise<ExistingResource | "absent" | undefined> {
  const list = lists[type];
  if (list === undefined) return undefined;
  const body = await ${symbol}Of(context).find(\`\${list}/\${encodeURIComponent(id)}\`);
  return body === undefined || body === "absent" ? body : { tags: [] };
}
`;
}

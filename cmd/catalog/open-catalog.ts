import { catalog } from "../../apis/gen/catalog.js";
import type { Environment } from "../../runner/system/planton-home.js";
import type { OpenCatalog } from "./load-catalog-package.js";

/**
 * Planton's own catalog, and with `PLANTON_CATALOG` the kinds of the package in that folder. It is code that runs with the
 * user's credentials, so that only the user's environment may name it. `sdk` is the process's @pulumi/pulumi, where it has
 * one. Throws E_CATALOG.
 */
export async function openCatalog(env: Environment, sdk?: () => Promise<object>): Promise<OpenCatalog> {
  const folder = env["PLANTON_CATALOG"];
  if (!folder) return { catalog, modules: {}, comments: {} };
  const { loadCatalogPackage } = await import("./load-catalog-package.js");
  return await loadCatalogPackage(folder, catalog, sdk);
}

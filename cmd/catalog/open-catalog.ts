import { catalog } from "../../apis/gen/catalog.js";
import { PlantonError } from "../../contract/planton-error.js";
import type { Environment } from "../../runner/system/planton-home.js";
import type { OpenCatalog } from "./load-catalog-package.js";

/** False in bundles without what a package of kinds needs: all of protobuf is loaded for it, at every start. */
declare const PLANTON_TAKES_CATALOGS: boolean;

/**
 * Planton's own catalog, and with `PLANTON_CATALOG` the kinds of the package in that folder. It is code that runs with the
 * user's credentials, so that only the user's environment may name it. `sdk` is the process's @pulumi/pulumi, where it has
 * one. Throws E_CATALOG.
 */
export async function openCatalog(env: Environment, sdk?: () => Promise<object>): Promise<OpenCatalog> {
  const folder = env["PLANTON_CATALOG"];
  if (!folder) return { catalog, modules: {}, comments: {} };
  if (PLANTON_TAKES_CATALOGS) {
    const { loadCatalogPackage } = await import("./load-catalog-package.js");
    return await loadCatalogPackage(folder, catalog, sdk);
  }
  throw new PlantonError({ code: "E_INTERNAL", message: "this bundle takes no catalog from PLANTON_CATALOG" });
}

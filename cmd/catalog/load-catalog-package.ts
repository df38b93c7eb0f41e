import { readFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Catalog, KindEntry, KindFacts } from "../../contract/catalog.js";
import { kindEntry } from "../../contract/catalog-entries.js";
import { type CatalogPackage, kindFactsOf } from "../../contract/catalog-package.js";
import { messageOf, PlantonError } from "../../contract/planton-error.js";
import { shortNameProblem } from "../../contract/short-name.js";
import { fieldsWithExtendedRules } from "../../runner/manifest/check/leave-to-native-code.js";
import { hostModules, shareModules } from "./host-modules.js";

/** The kinds of this process. */
export interface OpenCatalog {
  readonly catalog: Catalog;
  /** Of the kinds that came from outside. */
  readonly modules: CatalogPackage["modules"];
  readonly comments: Readonly<Record<string, string>>;
}

/** The catalog with the kinds of the package in a folder. See {@link OpenCatalog}. Throws E_CATALOG. */
export async function loadCatalogPackage(
  folder: string,
  own: Catalog,
  sdk: (() => Promise<object>) | undefined,
): Promise<OpenCatalog> {
  const entry = entryOf(folder);
  shareModules(hostModules(own, await sdk?.()));
  const { files, modules, comments = {} } = await packageIn(entry);
  const kinds = files.flatMap((file) => kindFactsOf(file).map((facts) => kindEntry(facts, () => file)));
  if (kinds.length === 0)
    throw refused(entry, "has no kind", "give each kind's message the option planton.shared.v1.kind");
  for (const [index, kind] of kinds.entries()) {
    assertUsable(kind, { entry, own, others: kinds.slice(0, index), modules });
  }
  const all = [...own.kinds, ...kinds].sort((a, b) => (a.kind < b.kind ? -1 : 1));
  return { catalog: { ...own, kinds: all }, modules, comments };
}

function entryOf(folder: string): string {
  if (!isAbsolute(folder)) {
    throw new PlantonError({
      code: "E_CATALOG",
      message: `PLANTON_CATALOG is "${folder}", expected an absolute path`,
      hint: "give the whole path: the language host runs in the folder of the stack input",
    });
  }
  const path = join(folder, "package.json");
  try {
    const text: unknown = JSON.parse(readFileSync(path, "utf8"));
    const { planton } = text as { readonly planton?: { readonly catalog?: unknown } };
    if (typeof planton?.catalog === "string") return join(folder, planton.catalog);
  } catch (error) {
    throw refused(path, `cannot be read: ${messageOf(error)}`, "PLANTON_CATALOG is the folder of a package", error);
  }
  throw refused(path, "names no catalog", 'write "planton": {"catalog": "./catalog.js"}, the path of an ES module');
}

declare global {
  /** Node's `import`, which the launcher gives: a script that it runs with a code cache has none. */
  var plantonImport: (url: string) => Promise<object>;
}

async function packageIn(entry: string): Promise<CatalogPackage> {
  let exported: { readonly catalog?: Partial<CatalogPackage> };
  try {
    exported = await plantonImport(pathToFileURL(entry).href);
  } catch (error) {
    throw refused(entry, `cannot be loaded: ${messageOf(error)}`, "it is an ES module that node can import", error);
  }
  const { files, modules } = exported.catalog ?? {};
  if (!Array.isArray(files) || typeof modules !== "object") {
    throw refused(
      entry,
      "exports no catalog",
      "export const catalog = { files, modules }, see contract/catalog-package.ts",
    );
  }
  // What is in the lists is the author's to get right; a wrong file has no kinds, a wrong module is missed below.
  return exported.catalog as CatalogPackage;
}

interface PackageContext {
  readonly entry: string;
  readonly own: Catalog;
  /** Kinds of the package that are found usable. */
  readonly others: readonly KindFacts[];
  readonly modules: CatalogPackage["modules"];
}

function assertUsable(kind: KindEntry, { entry, own, others, modules }: PackageContext): void {
  const named = `has the kind "${kind.kind}"`;
  const isTaken = (by: readonly KindFacts[]): boolean => by.some((one) => one.kind === kind.kind);
  if (isTaken(own.kinds)) throw refused(entry, `${named}, which planton has itself`, "give it another name");
  if (isTaken(others)) throw refused(entry, `${named} twice`, "name each file of generated code once");
  const shortName = shortNameProblem(kind, [...own.kinds, ...others]);
  if (shortName !== undefined) throw refused(entry, `${named} with ${shortName.message}`, shortName.hint);
  if (!own.providers.some(({ name }) => name === kind.provider)) {
    const known = own.providers.map(({ name }) => name).join(", ");
    throw refused(entry, `${named} on the unknown provider "${kind.provider}"`, `planton's providers are ${known}`);
  }
  if (typeof modules[kind.kind] !== "function") {
    throw refused(entry, `${named} and no module for it`, "name a function in modules that loads it");
  }
  for (const message of ["manifest", "spec", "stackInput", "stackOutputs"] as const) {
    try {
      void kind[message];
    } catch (error) {
      throw refused(
        entry,
        `${named} without all of its messages: ${messageOf(error)}`,
        "see docs/adding-a-kind.md",
        error,
      );
    }
  }
  for (const { parent, name } of fieldsWithExtendedRules(kind.stackInput)) {
    const hint = "write it as a cel rule of the field";
    throw refused(entry, `has a rule of its own form on the field "${name}" of ${parent.name}`, hint);
  }
}

function refused(path: string, what: string, hint: string, cause?: unknown): PlantonError {
  return new PlantonError({ code: "E_CATALOG", message: `"${path}" ${what}`, hint, cause });
}

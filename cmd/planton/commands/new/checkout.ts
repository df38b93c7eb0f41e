import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { PlantonError } from "../../../../contract/planton-error.js";
import { kebabCase } from "../../../../runner/project/stack-name.js";

/** A source tree of planton with its packages installed. */
export interface Checkout {
  /** Absolute. */
  readonly root: string;
  /** Version of planton that it holds. */
  readonly version: string;
}

/** A provider as the checkout declares it; the running planton may know less. */
export interface CheckoutProvider {
  /** "digitalocean". */
  readonly name: string;
  /** "DigitalOcean"; what the names of its kinds begin with is this without spaces and the like. */
  readonly displayName: string;
  readonly prefix: string;
  /** "DigitalOceanProviderConfig". */
  readonly configMessage: string;
  /** apiVersion of its kinds. */
  readonly apiVersion: string;
  /** `id_prefix` of each of its kinds. */
  readonly idPrefixes: readonly string[];
  /** `short_name` of each of its kinds. */
  readonly shortNames: readonly string[];
}

/** The checkout that a folder lies in. Throws E_USAGE outside of one, and where the packages are not installed. */
export function findCheckout(cwd: string): Checkout {
  for (let folder = cwd; ; folder = dirname(folder)) {
    const version = versionIn(folder);
    if (version !== undefined) {
      if (existsSync(join(folder, "node_modules/.bin/biome"))) return { root: folder, version };
      const hint = 'run "npm ci" in it';
      throw new PlantonError({ code: "E_USAGE", message: `the packages of "${folder}" are not installed`, hint });
    }
    if (folder === dirname(folder)) break;
  }
  throw new PlantonError({
    code: "E_USAGE",
    message: `"${cwd}" is not in a checkout of planton, and new kinds and vendors are written into its sources`,
    hint: "clone planton's repository and run the command in there",
  });
}

function versionIn(folder: string): string | undefined {
  const file = join(folder, "package.json");
  if (!existsSync(file) || !existsSync(join(folder, "apis/proto"))) return undefined;
  const { name, version } = JSON.parse(readFileSync(file, "utf8")) as Readonly<Record<string, unknown>>;
  return name === "planton" ? String(version) : undefined;
}

/** The providers that the checkout's protos declare, sorted by name. */
export function readProviders({ root }: Checkout): readonly CheckoutProvider[] {
  const protos = "apis/proto/planton";
  return readdirSync(join(root, protos))
    .sort()
    .flatMap((folder) => {
      const files = readProtos(join(root, protos, folder, "v1"));
      const config = files.get("provider_config.proto") ?? "";
      const [, configMessage] = /^message (\w+) \{\n {2}option \(planton\.shared\.v1\.provider\)/m.exec(config) ?? [];
      const [name, displayName] = [optionIn(config, "name"), optionIn(config, "display_name")];
      if (configMessage === undefined || name === undefined || displayName === undefined) return [];
      const texts = [...files.values()];
      const prefix = displayName.replaceAll(/[^A-Za-z0-9]/g, "");
      const apiVersion = texts.map((text) => optionIn(text, "api_version")).find((text) => text !== undefined);
      return {
        name,
        displayName,
        prefix,
        configMessage,
        apiVersion: apiVersion ?? apiVersionOf(prefix),
        idPrefixes: texts.flatMap((text) => optionIn(text, "id_prefix") ?? []),
        shortNames: texts.flatMap((text) => optionIn(text, "short_name") ?? []),
      };
    });
}

/** apiVersion of the first kind of a provider. */
export function apiVersionOf(prefix: string): string {
  return `${kebabCase(prefix)}.planton.dev/v1`;
}

function readProtos(folder: string): ReadonlyMap<string, string> {
  if (!existsSync(folder)) return new Map();
  const files = readdirSync(folder).filter((file) => file.endsWith(".proto"));
  return new Map(files.map((file) => [file, readFileSync(join(folder, file), "utf8")]));
}

function optionIn(text: string, name: string): string | undefined {
  return new RegExp(`^ {4}${name}: "([^"]*)"$`, "m").exec(text)?.[1];
}

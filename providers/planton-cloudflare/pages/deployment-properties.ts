import { ownerInput } from "../../kit/schema/owner-input.js";
import type { GenerationSource, PropertyDeclarations } from "../../kit/schema/property-declaration.js";
import { neverManaged } from "../../kit/schema/property-rules.js";
import { boolean, list, map, object, string } from "../../kit/schema/property-types.js";
import type { PropertyMap, PropertyValue } from "../../kit/schema/property-value.js";
import { projectInputs } from "./config-properties.js";
import { readSite, type Site } from "./site-content.js";

/** The folder that inputs name; undefined when they name none, or one that is not known yet. */
export function siteOf({ upload, root }: { readonly [name: string]: unknown }): Site | undefined {
  if (typeof upload !== "string") return undefined;
  return readSite(upload, typeof root === "string" ? root : upload);
}

const contentType = object({
  files: { type: map(string), required: true, description: "Hash of each file by its path." },
  special: {
    type: map(string),
    required: true,
    description: "SHA-256 of _headers, _redirects, _routes.json, _worker.js.",
  },
});

/** Inputs of `planton-cloudflare.PagesDeployment`. */
export const deploymentInputs = {
  ...projectInputs,
  upload: {
    type: string,
    managed: neverManaged,
    description:
      "Folder whose files are published: all but hidden ones, node_modules and what its .assetsignore names. " +
      "Default: none, the project's repository is built.",
  },
  root: {
    type: string,
    managed: neverManaged,
    description: "Folder that no link may lead out of. Default: that of `upload`.",
  },
  content: {
    type: contentType,
    replace: true,
    writeOnly: true,
    description: "What is published. Default: what is in `upload`.",
    generate: ({ news }: GenerationSource) => {
      const site = siteOf(news);
      return site && { files: site.files, special: site.special };
    },
  },
  leftOut: {
    type: list(string),
    managed: neverManaged,
    description: "What of `upload` is not published.",
    generate: ({ news }: GenerationSource) => siteOf(news)?.leftOut,
  },
  branch: {
    type: string,
    replace: true,
    writeOnly: true,
    description:
      "Branch that it counts for; another one than the production branch makes a preview. Default: production.",
  },
  configHash: {
    type: string,
    replace: true,
    writeOnly: true,
    same: (old: PropertyValue, next: PropertyValue, { inputs }: { readonly inputs: PropertyMap }) =>
      old === next || inputs["deployOnChange"] === false,
    description: "Another value makes a new deployment: productionHash or previewHash of the PagesDeploymentConfig.",
  },
  deployOnChange: {
    type: boolean,
    managed: neverManaged,
    description: "False leaves another configHash to the next deployment of another content. Default: true.",
  },
  owner: ownerInput,
} as const satisfies PropertyDeclarations;

/** Outputs of `planton-cloudflare.PagesDeployment`. */
export const deploymentOutputs = {
  deploymentId: { type: string, required: true, description: "Id of the deployment." },
  url: { type: string, required: true, description: "Address of this deployment alone." },
  aliases: { type: list(string), description: "Further addresses: custom domains, or that of the branch." },
  environment: { type: string, required: true, description: "production or preview." },
  createdOn: { type: string, description: "When it was made, RFC 3339." },
} as const satisfies PropertyDeclarations;

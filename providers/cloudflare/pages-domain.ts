import { asNonEmptyString } from "../../http/json.js";
import { defineFrameworkResource } from "../kit/bridged/framework-resource.js";
import { object, string } from "../kit/schema/property-types.js";

/** `cloudflare.PagesDomain` (terraform-provider-cloudflare a2efdc57, pages_domain, read 2026-11). */
export const pagesDomainResource = defineFrameworkResource({
  type: "cloudflare:index/pagesDomain:PagesDomain",
  description: "A custom domain of a project of Cloudflare Pages.",
  inputs: {
    accountId: { type: string, required: true, replace: true },
    name: { type: string, required: true, replace: true },
    projectName: { type: string, required: true, replace: true },
  },
  outputs: {
    certificateAuthority: { type: string },
    createdOn: { type: string },
    domainId: { type: string },
    status: { type: string },
    validationData: {
      type: object({
        errorMessage: { type: string },
        method: { type: string },
        status: { type: string },
        txtName: { type: string },
        txtValue: { type: string },
      }),
    },
    verificationData: { type: object({ errorMessage: { type: string }, status: { type: string } }) },
    zoneTag: { type: string },
  },
  collection: "/accounts/{accountId}/pages/projects/{projectName}/domains",
  item: "/accounts/{accountId}/pages/projects/{projectName}/domains/{name}",
  id: ({ name }) => asNonEmptyString(name),
  importedBy: ["accountId", "projectName", "name"],
  body: (body, { name }) => ({ ...body, name }),
});

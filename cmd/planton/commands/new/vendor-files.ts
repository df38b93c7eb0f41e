import { kindFiles } from "./kind-files.js";
import { plainClass, resourceFiles } from "./resource-files.js";
import { vendorModuleFiles } from "./vendor-module-files.js";
import type { VendorNames } from "./vendor-names.js";
import { vendorPluginFiles } from "./vendor-plugin-files.js";
import type { NewFile } from "./write-new-files.js";

/** The files of a vendor with bearer tokens and one plain REST resource, and of a kind of that resource. */
export function vendorFiles(names: VendorNames): readonly NewFile[] {
  const { provider, place, kind } = names;
  return [
    { path: `apis/proto/planton/${provider.name}/v1/provider_config.proto`, text: configProtoText(names) },
    { path: `clients/${provider.name}.ts`, text: clientText(names) },
    { path: `clients/${provider.name}-hints.ts`, text: hintsText(names) },
    ...vendorModuleFiles(names),
    ...vendorPluginFiles(names),
    ...resourceFiles(kind, place),
    ...kindFiles(kind, plainClass(kind, place)),
  ];
}

function configProtoText({ provider, tokenVariable }: VendorNames): string {
  const { name, displayName, configMessage } = provider;
  return `syntax = "proto3";

package planton.${name}.v1;

import "buf/validate/validate.proto";
import "planton/shared/v1/options.proto";

// Credentials for ${displayName}: a token, or none of the fields: then the environment variable is used.
message ${configMessage} {
  option (planton.shared.v1.provider) = {
    name: "${name}"
    display_name: "${displayName}"
    credentials_url: "https://${name}.example"
  };
  option (buf.validate.message).cel = {
    id: "provider_config.one_source"
    message: "token and credential_id are mutually exclusive: keep one of the two"
    expression: "!(has(this.token) && has(this.credential_id))"
  };

  // Token that may do what the kinds of ${displayName} need. Default: the environment variable.
  optional string token = 1 [
    (planton.shared.v1.secret) = true,
    (planton.shared.v1.env) = "${tokenVariable}",
    (buf.validate.field).string.min_len = 1
  ];
  // Id of an entry in credentials.yaml that holds the token. 1 to 128 characters. Default: none.
  optional string credential_id = 2 [
    (planton.shared.v1.not_secret) = "the name of an entry, not what it holds",
    (buf.validate.field).string = {
      min_len: 1
      max_len: 128
    }
  ];
}
`;
}

function clientText({ provider, symbol, tokenVariable, urlVariable }: VendorNames): string {
  const { name, displayName, prefix } = provider;
  return `import { systemClock } from "../contract/clock.js";
import { bearerTokenProblem, trimCredential } from "../contract/credential-form.js";
import type { PlantonErrorInit } from "../contract/planton-error.js";
import type { VendorContext } from "../contract/vendor.js";
import { type ApiClient, type ApiClientOptions, createApiClient, type VendorApi } from "../http/api-client.js";
import { bearer } from "../http/authentication.js";
import { asObject, asString } from "../http/json.js";

/** ${displayName}'s API. Address and form of errors are a template's, without a source yet. */
export const ${symbol}Api: VendorApi = {
  baseUrl: "https://api.${name}.example",
  variable: "${urlVariable}",
  // {"message": "..."}
  errorText: (body) => asString(asObject(body)?.["message"]) ?? "",
  hints: {
    401: "${displayName} refuses the token: check ${tokenVariable}, the credential or the provider's token",
    403: "check what the token may do",
    429: "the limit of requests is used up; run it again later",
  },
};

function tokenProblem(token: string): PlantonErrorInit | undefined {
  const hint = "set ${tokenVariable}, or the provider's token";
  if (token === "") return { code: "E_CREDENTIALS_MISSING", message: "no token for ${displayName}", hint };
  return bearerTokenProblem("${displayName}'s token", token, hint);
}

/** Opens a client with a token; one that cannot be a token is an E_CREDENTIALS_* at the first request. */
export function open${prefix}(token: string, options: ApiClientOptions): ApiClient {
  const trimmed = trimCredential(token);
  return createApiClient(${symbol}Api, bearer(trimmed, tokenProblem(trimmed)), options);
}

/** A client for what the runner asks beside the plugin. */
export function ${symbol}Of({ credentials, env, fetch }: VendorContext): ApiClient {
  return open${prefix}(credentials["token"] ?? "", { env, fetch, clock: systemClock });
}
`;
}

function hintsText({ provider, tokenVariable }: VendorNames): string {
  const { displayName } = provider;
  return `import type { VendorHint } from "../contract/vendor.js";
import { errorPattern } from "../http/error-message.js";

/** What to do about ${displayName}'s messages; the first match wins, so the exact ones come first. */
export const hints: readonly VendorHint[] = [
  {
    pattern: errorPattern({ status: 401, text: /token/ }),
    hint: "${displayName} refuses the token: check ${tokenVariable} or the credential",
  },
  {
    pattern: errorPattern({ status: 429, text: /too many requests|rate limit/ }),
    hint: "${displayName} allows a number of requests a minute: wait a minute and run again",
  },
];
`;
}

/**
 * Doppler's texts. Seen in its CLI, its Terraform provider and reports of users (DopplerHQ/cli 3.76, DopplerHQ/vscode #31,
 * external-secrets/external-secrets #2480; read 2026-11): token, project, config, noAccess, noPlace, noSecret. The
 * others are not published.
 */
export const messages = {
  token: "Invalid Auth token",
  noToken: "Please provide an auth token",
  name: "name is required",
  secretName: "Secret names may hold upper-case letters, digits and underscores, and begin with no digit",
  managed: "This secret is managed by Doppler",
  secretThere: "A secret of this name exists already",
  changed: "The secret's value has changed since it was read",
  value: "A new secret needs a value",
  visibility: "Invalid visibility",
  eitherOr: "Either secrets or change_requests is required",
  readOnly: "This token has read-only access to the config",
  transformer: "The sandbox has no name transformers",
  restricted: "This token may not read the values of restricted secrets",
  tooMany: "Too many requests",
  forbidden: "You do not have permission to perform this operation",
  notFound: "Not found",
  badRequest: "Bad request",
  internal: "Internal server error",
} as const;

/** What a token that belongs to one config says of every other one, with status 400. */
export function noAccess(what: "project" | "config", name: string): string {
  return `This token does not have access to requested ${what} '${name}'`;
}

/** The response to a token that sees all configs for one that does not exist, with status 404. */
export function noPlace(what: "project" | "config", name: string): string {
  return `Could not find requested ${what} '${name}'`;
}

/** The response to a parameter that is neither true nor false. */
export function notBoolean(name: string): string {
  return `${name} must be a boolean`;
}

/** The response to an unknown format of a download. */
export function badFormat(known: readonly string[]): string {
  return `format must be one of: ${known.join(", ")}`;
}

/** The response to a change of a secret that does not exist. */
export function noSecret(name: string): string {
  return `Could not find requested secret: ${name}`;
}

const ofStatus: Readonly<Record<number, string>> = {
  400: messages.badRequest,
  401: messages.token,
  403: messages.forbidden,
  404: messages.notFound,
  429: messages.tooMany,
};

/** Doppler's error body: `{"messages": [...], "success": false}`. */
export function errorBody(status: number, message: string | undefined): unknown {
  return { messages: [message ?? ofStatus[status] ?? messages.internal], success: false };
}

/**
 * Doppler's texts. Seen in its CLI, its Terraform provider and reports of users (DopplerHQ/cli 3.76, DopplerHQ/vscode #31,
 * external-secrets/external-secrets #2480; read 2026-11): token, project, config, noAccess. The others are not published.
 */
export const messages = {
  token: "Invalid Auth token",
  noToken: "Please provide an auth token",
  name: "name is required",
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
